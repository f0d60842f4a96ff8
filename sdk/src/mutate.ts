/** Optimistic writes: shown at once, replaced by the server's change, taken back with its error. */

import { batch, type Results, STEPS, type Step, type Steps } from './batch.ts';
import type { Overlay, Patch } from './live/overlay.ts';
import type { SchemaOf } from './schema.ts';
import type { Answer, SendOptions, WriteOptions } from './transport.ts';
import { newId, randomId } from './wait.ts';

/** What an optimistic write needs of its client. */
export interface Mutator {
  request<T>(path: string, options: SendOptions): Promise<Answer<T>>;
  overlay: Overlay;
}

/** One result for one step, a tuple for several. */
export type Mutated<T> = T extends Step<infer R> ? R : T extends readonly Step<unknown>[] ? Results<T> : never;

/** Does what `build` says; see `Luge.mutate`. */
export async function mutate<S extends SchemaOf<S>, T>(
  mutator: Mutator,
  build: (steps: Steps<S>) => T,
  options: WriteOptions = {},
): Promise<Mutated<T>> {
  const built = build(STEPS as never);
  const steps = (Array.isArray(built) ? built : [built]) as Step<unknown>[];
  const request = randomId();
  let position = '';
  const send = async <R>(path: string, ask: SendOptions): Promise<R> => {
    const headers = { ...ask.headers, 'Luge-Request-Id': request };
    const answer = await mutator.request<R>(path, { idempotencyKey: request, ...ask, headers });
    position = answer.headers.get('luge-position') ?? '';
    return answer.data;
  };
  mutator.overlay.add(request, steps.map(patchOf));
  try {
    const result = Array.isArray(built)
      ? await batch(send, () => steps, options)
      : await send(...single(steps[0] as Step<unknown>, options));
    mutator.overlay.confirm(request, position);
    return result as Mutated<T>;
  } catch (error) {
    mutator.overlay.remove(request);
    throw error;
  }
}

/** A step as a request of its own, which needs no setting. */
function single({ method, url, body, ifMatch }: Step<unknown>, options: WriteOptions): [string, SendOptions] {
  const headers = ifMatch ? { ...options.headers, 'If-Match': ifMatch } : options.headers;
  return [url, { ...options, method, body, headers, repeatable: true }];
}

/** What a step will change. A new record gets its id here, so that what is shown and what is stored are the same. */
function patchOf(step: Step<unknown>): Patch {
  const [, , , collection = '', , id] = (step.url.split('?')[0] as string).split('/').map(decodeURIComponent);
  const body = (step.body ?? {}) as Record<string, unknown>;
  if (step.method === 'PATCH' || step.method === 'DELETE')
    return { collection, kind: step.method === 'PATCH' ? 'update' : 'delete', id: id ?? '', body };
  if (!body.id) step.body = { id: newId(), ...body };
  const made = step.body as Record<string, unknown>;
  return { collection, kind: 'create', id: String(made.id), body: made };
}
