// Tables as text: what is copied and pasted between the grid and a spreadsheet, and what is exported.
import { valueText } from '../../../fields';
import type { Field, Json, RecordData } from '../../../fields/model';

/** Rows of cells as a spreadsheet copies them: tabs and lines, with quotes around what holds either. */
export function toTsv(rows: string[][]): string {
  return rows.map((row) => row.map((cell) => quote(cell, /[\t\n\r"]/)).join('\t')).join('\n');
}

/** The rows of a pasted text. Quotes only count at the start of a cell, so a plain text with a quote inside stays itself. */
export function fromTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  while (at <= source.length) {
    const [cell, end] = source.charAt(at) === '"' ? quotedCell(source, at) : plainCell(source, at);
    row.push(cell);
    if (source.charAt(end) !== '\t') {
      rows.push(row);
      row = [];
    }
    at = end + 1;
  }
  return rows;
}

function plainCell(source: string, from: number): [string, number] {
  let end = from;
  while (end < source.length && source.charAt(end) !== '\t' && source.charAt(end) !== '\n') end += 1;
  return [source.slice(from, end), end];
}

function quotedCell(source: string, from: number): [string, number] {
  let cell = '';
  for (let at = from + 1; at < source.length; at += 1) {
    if (source.charAt(at) !== '"') cell += source.charAt(at);
    else if (source.charAt(at + 1) === '"') {
      cell += '"';
      at += 1;
    } else {
      const next = source.charAt(at + 1);
      // A closing quote in the middle of a cell: it was no quoted cell after all.
      return next === '' || next === '\t' || next === '\n' ? [cell, at + 1] : plainCell(source, from);
    }
  }
  return plainCell(source, from);
}

/** One line of CSV (RFC 4180). */
export function csvLine(cells: string[]): string {
  return `${cells.map((cell) => quote(cell, /[",\r\n]/)).join(',')}\r\n`;
}

export function csvRecord(record: RecordData, fields: Field[]): string {
  return csvLine(fields.map((field) => csvCell(field, record[field.name])));
}

/** Lists and points go out as JSON, so that an import reads them back. */
function csvCell(field: Field, value: Json | undefined): string {
  if (value !== null && typeof value === 'object') return JSON.stringify(value);
  return valueText(field, value);
}

function quote(cell: string, special: RegExp): string {
  return special.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}
