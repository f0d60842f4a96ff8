// Exports: of everything that the filter matches, or of the selection, fetched page by page as a stream.
import type { Field, RecordData } from '../../fields/model';
import { type Question, walk } from './data';
import { isSelected, type Selection } from './grid/selection';
import { csvLine, csvRecord } from './grid/tables';

export type Format = 'csv' | 'json';

export interface ExportWatch {
  signal: AbortSignal;
  progress: (records: number) => void;
}

/** The file, made of parts, so that no single text of the whole size is built. */
export async function exportFile(
  ask: Question,
  fields: Field[],
  selection: Selection | undefined,
  format: Format,
  watch: ExportWatch,
): Promise<Blob> {
  const parts: string[] = [format === 'csv' ? csvLine(fields.map((f) => f.name)) : '[\n'];
  let count = 0;
  for await (const page of walk(ask, '', watch.signal)) {
    const wanted = selection ? page.filter((record) => isSelected(selection, record.id)) : page;
    const texts = wanted.map((record) => (format === 'csv' ? csvRecord(record, fields) : jsonRecord(record, fields)));
    if (format === 'csv') parts.push(texts.join(''));
    else if (texts.length > 0) parts.push((count > 0 ? ',\n' : '') + texts.join(',\n'));
    count += wanted.length;
    watch.progress(count);
    if (selection?.mode === 'some' && count === selection.ids.size) break;
  }
  if (format === 'json') parts.push('\n]\n');
  return new Blob(parts, { type: format === 'csv' ? 'text/csv' : 'application/json' });
}

function jsonRecord(record: RecordData, fields: Field[]): string {
  return JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, record[f.name] ?? null])));
}

/** Hands a file to the browser. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
