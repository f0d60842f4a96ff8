// What one can do to rows from the grid: change, delete, paste, and take it back.
import { ApiError } from '../../api';
import type { Collection, Field, Json, RecordData } from '../../fields/model';
import { explain, toast } from '../../parts';
import { type Outcome, type Write, writeAll } from './bulk';
import * as data from './data';
import type { Column } from './grid/columns';
import type { Place } from './grid/keys';
import type { Rows } from './grid/rows';
import { fromTsv } from './grid/tables';
import { pasted, revived } from './paste';
import { type Step, Undo } from './undo';

export type Problems = ReadonlyMap<string, ReadonlyMap<string, string>>;

type Change = Record<string, Json>;

const quiet = () => ({ signal: new AbortController().signal, progress: () => {} });

export class Acts {
  private readonly undo = new Undo();
  /** Saves that are not answered yet: an undo waits for them, or it would take back the step before. */
  private underway: Promise<unknown> = Promise.resolve();
  rows: Rows;
  expand = '';

  constructor(
    public collection: Collection,
    rows: Rows,
    private readonly setProblems: (next: (old: Problems) => Problems) => void,
  ) {
    this.rows = rows;
  }

  save = (record: RecordData, field: Field, value: Json): Promise<void> => {
    const saved = this.keep(record, field, value);
    this.underway = Promise.allSettled([this.underway, saved]);
    return saved;
  };

  private async keep(record: RecordData, field: Field, value: Json): Promise<void> {
    if (!(await this.patch(record, { [field.name]: value }))) return;
    const old = { [field.name]: record[field.name] ?? null };
    this.undo.push({ did: `Changed ${field.name}`, back: () => this.put(record.id, old) });
  }

  remove = async (records: RecordData[]): Promise<void> => {
    const writes = records.map((record): Write => ({ id: record.id, method: 'DELETE' }));
    const outcome = await writeAll(this.collection, writes, quiet());
    this.removed(records, outcome);
  };

  /** After a delete: takes the rows out and offers to bring the records back. */
  removed(records: RecordData[], outcome: Outcome): void {
    const done = new Set(outcome.done);
    const gone = records.filter((record) => done.has(record.id));
    if (outcome.failed[0]) toast.failed(outcome.failed[0].error);
    if (gone.length === 0) return;
    for (const record of gone) this.rows.take(record.id);
    void this.rows.refresh();
    this.did({ did: `Deleted ${counted(gone.length)}`, back: () => this.restore(gone) });
  }

  paste = async (at: Place, columns: Column[], text: string): Promise<void> => {
    const changes: { record: RecordData; change: Change }[] = [];
    let refused = 0;
    fromTsv(text).forEach((line, i) => {
      const record = this.rows.row(at.row + i);
      if (!record) return;
      const { change, problems } = pasted(line, columns.slice(Math.max(0, at.column)));
      refused += Object.keys(problems).length;
      this.complain(record.id, problems);
      if (Object.keys(change).length > 0) changes.push({ record, change });
    });
    const done: typeof changes = [];
    for (const each of changes) if (await this.patch(each.record, each.change, true)) done.push(each);
    if (done.length > 0) this.did({ did: `Pasted into ${counted(done.length)}`, back: () => this.repaint(done) });
    if (refused > 0) toast.failed(new Error(`Some pasted values do not fit (${refused}): see the marked cells.`));
  };

  /** Keeps a step, and says what was done with a button that takes it back. */
  did(step: Step): void {
    this.undo.push(step);
    toast.done(step.did, { label: 'Undo', run: () => void this.takeBack(step) });
  }

  takeBack = async (step?: Step): Promise<void> => {
    try {
      await this.underway;
      const done = await this.undo.back(step);
      toast.done(done ? `Undone: ${done.did}` : 'There is nothing to undo.');
      if (done) await this.rows.refresh();
    } catch (error) {
      toast.failed(error);
    }
  };

  forgive(id: string): void {
    this.setProblems((old) => (old.has(id) ? new Map([...old].filter(([key]) => key !== id)) : old));
  }

  /** Shows the new value at once; a refusal brings the old one back, with the reason at the cell. */
  private async patch(record: RecordData, change: Change, keep = false): Promise<boolean> {
    if (!keep) this.forgive(record.id);
    this.rows.put({ ...record, ...change });
    try {
      this.rows.put(await data.update(this.collection, record.id, change, this.expand));
      return true;
    } catch (error) {
      this.rows.put(record);
      this.refused(record.id, change, error);
      return false;
    }
  }

  private refused(id: string, change: Change, error: unknown): void {
    const fields = error instanceof ApiError ? error.fields : {};
    const names = Object.keys(change);
    const named = names.filter((name) => fields[name]);
    this.complain(id, named.length > 0 ? fields : Object.fromEntries(names.map((name) => [name, explain(error)])));
  }

  private complain(id: string, messages: Record<string, string>): void {
    if (Object.keys(messages).length === 0) this.forgive(id);
    else this.setProblems((old) => new Map(old).set(id, new Map(Object.entries(messages))));
  }

  private async put(id: string, change: Change): Promise<void> {
    this.rows.put(await data.update(this.collection, id, change, this.expand));
  }

  private async restore(records: RecordData[]): Promise<void> {
    const writes = records.map((r): Write => ({ id: r.id, method: 'POST', body: revived(this.collection, r) }));
    const outcome = await writeAll(this.collection, writes, quiet());
    if (outcome.failed[0]) throw outcome.failed[0].error;
  }

  private async repaint(changes: { record: RecordData; change: Change }[]): Promise<void> {
    for (const { record, change } of changes) await this.put(record.id, before(record, Object.keys(change)));
  }
}

/** What a record said in these fields. */
export function before(record: RecordData, names: string[]): Change {
  return Object.fromEntries(names.map((name) => [name, record[name] ?? null]));
}

export const counted = (n: number) => (n === 1 ? 'a record' : `${n.toLocaleString('en')} records`);
