import { describe, expect, it } from 'vitest';
import type { Completions } from '../api';
import { complete, snippetOf } from './complete';

const known: Completions = {
  events: [
    { name: 'on_create', signature: 'on_create(collection, |e| …)', text: 'Before a record is created.' },
    { name: 'cron', signature: 'cron(name, expression, options?, || …)', text: 'A schedule.' },
  ],
  functions: [
    { module: '', name: 'fail', signature: 'fail(status, message?, fields?)', text: 'Refuses.' },
    { module: 'records', name: 'get', signature: 'records::get(collection, id)', text: 'A record.' },
    { module: 'records', name: 'count', signature: 'records::count(collection, filter?)', text: 'How many.' },
    { module: 'db', name: 'tx', signature: 'db::tx(|tx| …)', text: 'All or none.' },
  ],
  keywords: ['let', 'if'],
  event: ['record', 'auth'],
};
const words = {
  known,
  collections: [
    { name: 'orders', fields: ['id', 'total'] },
    { name: 'users', fields: ['id', 'email'] },
  ],
};

/** Completes at the `¦`: what is replaced, and the labels. */
function at(source: string): { typed: string; labels: string[] } {
  const caret = source.indexOf('¦');
  const text = source.replace('¦', '');
  const found = complete(text, caret, words);
  return { typed: text.slice(found.from, caret), labels: found.choices.map((one) => one.label) };
}

describe('completion in a script', () => {
  it.each([
    ['on_cr¦', 'on_cr', ['on_create', 'cron', 'fail', 'records::', 'db::', 'let', 'if']],
    ['let sum = 1;\nsu¦', 'su', ['on_create', 'cron', 'fail', 'records::', 'db::', 'let', 'if', 'sum']],
    ['records::¦', '', ['get', 'count']],
    ['let a = records::co¦', 'co', ['get', 'count']],
    ['on_create("¦', '', ['orders', 'users']],
    ['records::get("or¦', 'or', ['orders', 'users']],
    ['on_create("orders", |e| { e.¦', '', ['record', 'auth']],
    ['on_create("users", |e| {});\non_create("orders", |e| { e.record.t¦', 't', ['id', 'total']],
    ['job("mail", |a| {});\njobs::push("¦', '', ['mail']],
    ['let x = "a ¦', '', []],
    ['// on_¦', '', []],
    ['let x = 1.¦', '', []],
    ['a.map(|x| x).ke¦', 'ke', 'methods'],
    ['log::info(`at ${records::¦', '', ['get', 'count']],
    ['log::info(`at ${x} and ¦', '', []],
  ])('%s', (source, typed, labels) => {
    const found = at(source);
    expect(found.typed).toBe(typed);
    if (labels === 'methods') expect(found.labels).toContain('keys');
    else expect(found.labels).toEqual(labels);
  });

  it('fills in what a call needs', () => {
    const plain = (name: string) => `\${${name}}`;
    expect(snippetOf('get', 'records::get(collection, id)', plain)).toBe('get(${collection}, ${id})');
    expect(snippetOf('fail', 'fail(status, message?, fields?)', plain)).toBe('fail(${status})');
    expect(snippetOf('tx', 'db::tx(|tx| …)', plain)).toBe('tx(|tx| {\n\t${}\n})');
    expect(snippetOf('now', 'time::now()', plain)).toBe('now()');
    expect(complete('cron', 4, words).choices.find((one) => one.label === 'cron')?.snippet).toBe(
      'cron("${name}", "${0 4 * * *}", || {\n\t${}\n});',
    );
  });
});
