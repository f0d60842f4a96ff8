/** Several writes as one transaction. */

import { fromBody, LugeError } from './error.ts';
import { recordsPath } from './query.ts';
import type { CreateOf, Name, RecordOf, SchemaOf, UpdateOf } from './schema.ts';
import type { SendOptions, WriteOptions } from './transport.ts';

declare const RESULT: unique symbol;

/** A step of a batch; its type parameter is what it gives. */
export interface Step<T> {
  method: string;
  url: string;
  body?: unknown;
  ifMatch?: string;
  readonly [RESULT]?: T;
}

/** What a step takes. */
export interface StepOptions {
  /** Refuses the whole batch when this record has another revision by now. */
  ifMatch?: string;
  /** Relations to expand in the answer. */
  expand?: string;
}

/** Makes the steps of a batch. */
export interface Steps<S extends SchemaOf<S>> {
  create<C extends Name<S>>(collection: C, body: CreateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
  update<C extends Name<S>>(collection: C, id: string, body: UpdateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
  /** Changes the record with the id in the body, or makes it. */
  upsert<C extends Name<S>>(collection: C, body: CreateOf<S, C>, options?: StepOptions): Step<RecordOf<S, C>>;
  delete<C extends Name<S>>(collection: C, id: string, options?: StepOptions): Step<null>;
}

/** The results of steps, in their order. */
export type Results<T extends readonly Step<unknown>[]> = { -readonly [K in keyof T]: T[K] extends Step<infer R> ? R : never };

const step = (
  method: string,
  collection: string,
  id: string | undefined,
  body: unknown,
  { expand, ifMatch }: StepOptions = {},
): Step<never> => ({
  method,
  url: recordsPath(collection, id) + (expand ? `?expand=${encodeURIComponent(expand)}` : ''),
  body,
  ifMatch,
});

/** The steps, which are the same for every schema. */
export const STEPS: Steps<never> = {
  create: (collection: string, body: unknown, options?: StepOptions) => step('POST', collection, undefined, body, options),
  update: (collection: string, id: string, body: unknown, options?: StepOptions) => step('PATCH', collection, id, body, options),
  upsert: (collection: string, body: unknown, options?: StepOptions) => step('PUT', collection, undefined, body, options),
  delete: (collection: string, id: string, options?: StepOptions) => step('DELETE', collection, id, undefined, options),
} as never;

/** Sends the steps; see `Luge.batch`. */
export async function batch<S extends SchemaOf<S>, T extends readonly Step<unknown>[]>(
  send: <R>(path: string, options: SendOptions) => Promise<R>,
  build: (steps: Steps<S>) => readonly [...T],
  options: WriteOptions = {},
): Promise<Results<T>> {
  const requests = build(STEPS as unknown as Steps<S>);
  if (!requests.length) return [] as unknown as Results<T>;
  try {
    const answers = await send<{ body: unknown }[]>('/api/batch', {
      ...options,
      method: 'POST',
      body: { requests },
      repeatable: true,
    });
    return answers.map((answer) => answer.body) as unknown as Results<T>;
  } catch (error) {
    throw error instanceof LugeError ? blame(error) : error;
  }
}

/** The error of the step that failed, in the place of one that only says that one did. */
function blame(error: LugeError): LugeError {
  const steps = (error.data.requests ?? {}) as Record<string, { response?: { status?: number } }>;
  const [index, failed] = Object.entries(steps)[0] ?? [];
  if (!failed?.response?.status) return error;
  const inner = fromBody(failed.response.status, failed.response);
  const details = { ...error, status: inner.status, code: inner.code, data: { ...inner.data }, cause: error };
  return new LugeError(`Step ${index} of the batch: ${inner.message}`, details);
}
