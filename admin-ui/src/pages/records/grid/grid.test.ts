import { describe, expect, it, vi } from 'vitest';
import type { RecordData } from '../../../fields/model';
import { actionOf } from './keys';
import { PAGE, Rows } from './rows';
import { count, EVERYTHING, extend, isSelected, NONE, toggle } from './selection';
import { csvLine, fromTsv, toTsv } from './tables';
import { columnsInSight, ROW, room, rowsInSight, scrollToRow, topOf } from './viewport';

const key = (name: string, more: object = {}) => ({ key: name, shift: false, mod: false, alt: false, ...more });
const extent = { rows: 1000, columns: 5, page: 20 };

describe('keys', () => {
  it.each([
    [key('ArrowDown'), { row: 0, column: 0 }, { do: 'go', to: { row: 1, column: 0 }, extend: false }],
    [key('ArrowUp'), { row: 0, column: 0 }, { do: 'go', to: { row: -1, column: 0 }, extend: false }],
    [key('ArrowDown', { shift: true }), { row: 3, column: 1 }, { do: 'go', to: { row: 4, column: 1 }, extend: true }],
    [key('End'), { row: 2, column: 0 }, { do: 'go', to: { row: 2, column: 4 }, extend: false }],
    [key('End', { mod: true }), { row: 2, column: 0 }, { do: 'go', to: { row: 999, column: 4 }, extend: false }],
    [key('PageDown'), { row: 990, column: 0 }, { do: 'go', to: { row: 999, column: 0 }, extend: false }],
    [key('Enter'), { row: 0, column: 1 }, { do: 'edit' }],
    [key('Enter', { shift: true }), { row: 0, column: 1 }, { do: 'open' }],
    [key('F2'), { row: 0, column: 1 }, { do: 'edit' }],
    [key('x'), { row: 0, column: 1 }, { do: 'edit', typed: 'x' }],
    [key(' '), { row: 0, column: 1 }, { do: 'select' }],
    [key('a', { mod: true }), { row: 0, column: 1 }, { do: 'selectAll' }],
    [key('z', { mod: true }), { row: 0, column: 1 }, { do: 'undo' }],
    [key('Enter'), { row: -1, column: 1 }, { do: 'sort' }],
    [key('ArrowRight', { alt: true }), { row: -1, column: 1 }, { do: 'moveColumn', by: 1 }],
    [key('ArrowLeft', { alt: true, shift: true }), { row: -1, column: 1 }, { do: 'resizeColumn', by: -20 }],
    [key('v', { mod: true }), { row: 0, column: 1 }, undefined],
    [key('Tab'), { row: 0, column: 1 }, undefined],
  ])('%#', (pressed, place, expected) => {
    expect(actionOf(pressed, place, extent)).toEqual(expected);
  });
});

describe('viewport', () => {
  it('shows the rows in sight and a few around', () => {
    expect(rowsInSight(0, 340, 200_000, 1)).toEqual([0, 16]);
    expect(rowsInSight(ROW * 100, 340, 200_000, 1)).toEqual([94, 116]);
    expect(rowsInSight(0, 340, 3, 1)).toEqual([0, 3]);
  });

  it('reaches the very last row of a list that is taller than a browser allows', () => {
    const total = 5_000_000;
    const { height, scale } = room(total, 600);
    const bottom = height - 600;
    expect(rowsInSight(bottom, 600, total, scale)[1]).toBe(total);
    expect(topOf(total - 1, bottom, scale) + ROW).toBeCloseTo(height, 0);
    expect(scrollToRow(total - 1, 0, 600, scale)).toBeCloseTo(bottom, 0);
  });

  it('shows the columns in sight and one more at each side', () => {
    expect(columnsInSight(250, 200, [0, 100, 200, 300, 400, 500, 600])).toEqual([1, 6]);
  });
});

describe('tables as text', () => {
  it.each([
    [
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      [
        ['with\ttab', 'with "quote"'],
        ['two\nlines', ''],
      ],
    ],
    [[['']]],
  ])('come back as they went: %#', (table) => {
    expect(fromTsv(toTsv(table))).toEqual(table);
  });

  it('take plain texts with quotes inside as they are', () => {
    expect(fromTsv('5" disk\tx')).toEqual([['5" disk', 'x']]);
    expect(fromTsv('"not closed\tx')).toEqual([['"not closed', 'x']]);
    expect(fromTsv('a\r\nb\r\n')).toEqual([['a'], ['b']]);
  });

  it('are quoted in CSV where they must be', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng'])).toBe('a,"b,c","d""e","f\ng"\r\n');
  });
});

describe('selection', () => {
  it('is of some, or of all except some', () => {
    const some = toggle(toggle(NONE, 'a'), 'b');
    expect([isSelected(some, 'a'), isSelected(some, 'c'), count(some, 10)]).toEqual([true, false, 2]);
    const all = toggle(EVERYTHING, 'a');
    expect([isSelected(all, 'a'), isSelected(all, 'c'), count(all, 10)]).toEqual([false, true, 9]);
    expect(count(extend(all, ['a', 'b'], true), 10)).toBe(10);
    expect(count(extend(some, ['a', 'x'], false), 10)).toBe(1);
  });
});

describe('rows', () => {
  const all = Array.from({ length: 450 }, (_, i): RecordData => ({ id: `r${i}`, n: i }));
  const open = (list = all) => {
    const fetch = vi.fn(async (page: number, size: number) => ({
      items: list.slice(page * size, (page + 1) * size),
      total: list.length,
    }));
    return { rows: new Rows(fetch, 5), fetch };
  };

  it('fetches what comes into sight, once', async () => {
    const { rows, fetch } = open();
    rows.show(0, 20);
    await vi.waitFor(() => expect(rows.total).toBe(450));
    rows.show(290, 310);
    await vi.waitFor(() => expect(rows.row(305)?.id).toBe('r305'));
    rows.show(0, 20);
    expect(fetch.mock.calls.map(([page]) => page)).toEqual([0, 2, 3]);
  });

  it('passes over what is scrolled by too fast', async () => {
    const { rows, fetch } = open();
    rows.show(0, 20);
    await vi.waitFor(() => expect(rows.total).toBe(450));
    rows.show(200, 220);
    rows.show(400, 420);
    await vi.waitFor(() => expect(rows.row(405)).toBeDefined());
    expect(fetch.mock.calls.map(([page]) => page)).toEqual([0, 4]);
  });

  it('moves up what stands below a row that leaves', async () => {
    const { rows } = open();
    rows.show(0, PAGE);
    await vi.waitFor(() => expect(rows.total).toBe(450));
    rows.take('r3');
    expect([rows.row(3)?.id, rows.row(98)?.id, rows.row(99), rows.total]).toEqual(['r4', 'r99', undefined, 449]);
  });

  it('marks what others changed, and not what stayed', async () => {
    const list = all.map((row) => ({ ...row }));
    const { rows } = open(list);
    rows.show(0, 20);
    await vi.waitFor(() => expect(rows.total).toBe(450));
    list[2] = { id: 'r2', n: -1 };
    await rows.refresh();
    expect([...rows.marks]).toEqual([['r2', 'changed']]);
    await vi.waitFor(() => expect(rows.marks.size).toBe(0));
  });

  it('says what went wrong and tries again', async () => {
    let fails = true;
    const rows = new Rows(async () => {
      if (fails) throw new Error('down');
      return { items: all.slice(0, 1), total: 1 };
    });
    rows.show(0, 20);
    await vi.waitFor(() => expect(rows.error).toBeInstanceOf(Error));
    fails = false;
    await rows.refresh();
    expect([rows.error, rows.total]).toEqual([undefined, 1]);
  });
});
