// What a file becomes: parsing, and the inference of fields.
import { expect, test } from 'vitest';
import { bodyOf, inferColumns } from './infer';
import { parseFile } from './parse-file';

function typesOf(text: string, name = 'x.csv'): Record<string, string> {
  return Object.fromEntries(inferColumns(parseFile(name, text)).map((column) => [column.name, column.type]));
}

test('quoted cells keep delimiters, line ends and quotes', () => {
  const { rows } = parseFile('x.csv', 'a;b\r\n"1;2";"say ""hi""\nthere"\r\n');
  expect(rows).toEqual([{ a: '1;2', b: 'say "hi"\nthere' }]);
});

test('types are taken only when every value has them', () => {
  expect(
    typesOf(
      'n,code,when,mail,site,ok\n1,007,2024-05-06,a@b.io,https://x.io,true\n2.5,7,2024-05-07,c@d.io,http://y.io,no',
    ),
  ).toEqual({
    n: 'number',
    code: 'text',
    when: 'date',
    mail: 'email',
    site: 'url',
    ok: 'bool',
  });
});

test('few values that come again and again are choices', () => {
  const lines = Array.from({ length: 20 }, (_, n) => `${n},${n % 2 ? 'red' : 'blue'}`);
  expect(typesOf(`n,color\n${lines.join('\n')}`).color).toBe('select');
});

test('names become names of fields, and stay apart', () => {
  expect(Object.keys(typesOf('id,First Name,first-name,2nd\nx,y,z,w'))).toEqual([
    'field_id',
    'First_Name',
    'first_name_2',
    'field_2nd',
  ]);
});

test('JSON lists, lists in an object and lines of JSON are all read', () => {
  for (const text of ['[{"a":1},{"a":2}]', '{"items":[{"a":1},{"a":2}]}', '{"a":1}\n{"a":2}'])
    expect(parseFile('x.json', text).rows).toEqual([{ a: 1 }, { a: 2 }]);
});

test('what cannot be read says where', () => {
  expect(() => parseFile('x.ndjson', '{"a":1}\n{a:2}')).toThrow('Line 2 is no valid JSON.');
  expect(() => parseFile('x.csv', 'a,b\n')).toThrow('The file has no rows.');
  expect(() => parseFile('x.csv', 'a,b,c, b\n1,2,3,4')).toThrow('The columns 2 and 4 are both called “b”.');
});

test('a row becomes a body with the values of its types', () => {
  const rows = parseFile('x.csv', 'n,when,ok,empty\n1.5,2024-05-06,yes,');
  expect(bodyOf(rows.rows[0] ?? {}, inferColumns(rows))).toEqual({
    n: 1.5,
    when: '2024-05-06T00:00:00.000Z',
    ok: true,
    empty: '',
  });
});
