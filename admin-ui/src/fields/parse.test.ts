import { describe, expect, it } from 'vitest';
import { htmlLine } from './html';
import { jsonMistake } from './json-mistake';
import type { Field } from './model';
import { sameValue } from './model';
import { parseBool, parseDate, parseJson, parseNumber, parsePoint, parseSelect } from './parse';

const field = (more: Partial<Field> = {}) => more as Field;

describe('texts to values', () => {
  it.each([
    [parseNumber('1 250.5', field()), 1250.5],
    [parseNumber('', field()), 0],
    [parseBool('Yes'), true],
    [parseBool('off'), false],
    [parseDate('2026-11-25'), '2026-11-25 00:00:00.000Z'],
    [parseDate('2026-11-25 16:30'), '2026-11-25 16:30:00.000Z'],
    [parseDate('2026-11-25T16:30:00+02:00'), '2026-11-25 14:30:00.000Z'],
    [parseDate(''), ''],
    [parsePoint('46.8, 9.8'), { lat: 46.8, lon: 9.8 }],
    [parsePoint('{"lon":1,"lat":2}'), { lon: 1, lat: 2 }],
    [parseJson('[1]'), [1]],
    [parseSelect('a, b', field({ type: 'select', values: ['a', 'b'], maxSelect: 2 })), ['a', 'b']],
    [parseSelect('["b"]', field({ type: 'select', values: ['a', 'b'], maxSelect: 2 })), ['b']],
    [parseSelect('a', field({ type: 'select', values: ['a'] })), 'a'],
  ])('%#', (parsed, expected) => {
    expect(parsed).toEqual({ ok: true, value: expected });
  });

  it.each([
    parseNumber('abc', field()),
    parseNumber('1.5', field({ onlyInt: true })),
    parseBool('maybe'),
    parseDate('soon'),
    parsePoint('91, 0'),
    parsePoint('1 2 3'),
    parseSelect('c', field({ type: 'select', values: ['a'] })),
    parseJson('{"a":'),
  ])('refuses with a reason: %#', (parsed) => {
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problem.length).toBeGreaterThan(5);
  });

  it('tells line and column of a mistake in JSON', () => {
    const parsed = parseJson('{\n  "a": x\n}');
    expect(parsed.ok === false && parsed.problem).toBe('Line 2, column 8: a value was expected.');
  });
});

describe('mistakes in JSON', () => {
  it.each(['', '{', '[1,]', '{"a" 1}', '{a:1}', '[1 2]', '"open', '01', 'tru', '1 1', '{"a":1,}', '["\\x"]'])(
    '%s',
    (text) => {
      expect(jsonMistake(text)).toBeDefined();
      expect(() => JSON.parse(text)).toThrow();
    },
  );

  it.each(['1', '-0.5e3', ' { "a" : [ ] , "b":{"c":null}} ', '"\\u00e9"', '[[],{}]', 'false'])('none in %s', (text) => {
    expect(jsonMistake(text)).toBeUndefined();
    JSON.parse(text);
  });
});

describe('values', () => {
  it('are the same whatever the order of their keys', () => {
    expect(sameValue({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue(null, {})).toBe(false);
  });

  it('of rich text show their words', () => {
    expect(htmlLine('<p>Fish &amp; <b>chips</b></p><script>alert(1)</script>')).toBe('Fish & chips');
  });
});
