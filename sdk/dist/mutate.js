/** Optimistic writes: shown at once, replaced by the server's change, taken back with its error. */
import { batch, STEPS } from "./batch.js";
import { newId, randomId } from "./wait.js";
/** Does what `build` says; see `Luge.mutate`. */
export async function mutate(mutator, build, options = {}) {
    const built = build(STEPS);
    const steps = (Array.isArray(built) ? built : [built]);
    const request = randomId();
    let position = '';
    const send = async (path, ask) => {
        const headers = { ...ask.headers, 'Luge-Request-Id': request };
        const answer = await mutator.request(path, { idempotencyKey: request, ...ask, headers });
        position = answer.headers.get('luge-position') ?? '';
        return answer.data;
    };
    mutator.overlay.add(request, steps.map(patchOf));
    try {
        const result = Array.isArray(built)
            ? await batch(send, () => steps, options)
            : await send(...single(steps[0], options));
        mutator.overlay.confirm(request, position);
        return result;
    }
    catch (error) {
        mutator.overlay.remove(request);
        throw error;
    }
}
/** A step as a request of its own, which needs no setting. */
function single({ method, url, body, ifMatch }, options) {
    const headers = ifMatch ? { ...options.headers, 'If-Match': ifMatch } : options.headers;
    return [url, { ...options, method, body, headers, repeatable: true }];
}
/** What a step will change. A new record gets its id here, so that what is shown and what is stored are the same. */
function patchOf(step) {
    const [, , , collection = '', , id] = step.url.split('?')[0].split('/').map(decodeURIComponent);
    const body = (step.body ?? {});
    if (step.method === 'PATCH' || step.method === 'DELETE')
        return { collection, kind: step.method === 'PATCH' ? 'update' : 'delete', id: id ?? '', body };
    if (!body.id)
        step.body = { id: newId(), ...body };
    const made = step.body;
    return { collection, kind: 'create', id: String(made.id), body: made };
}
