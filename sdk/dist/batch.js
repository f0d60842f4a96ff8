/** Several writes as one transaction. */
import { fromBody, LugeError } from "./error.js";
import { recordsPath } from "./query.js";
const step = (method, collection, id, body, { expand, ifMatch } = {}) => ({
    method,
    url: recordsPath(collection, id) + (expand ? `?expand=${encodeURIComponent(expand)}` : ''),
    body,
    ifMatch,
});
/** The steps, which are the same for every schema. */
export const STEPS = {
    create: (collection, body, options) => step('POST', collection, undefined, body, options),
    update: (collection, id, body, options) => step('PATCH', collection, id, body, options),
    upsert: (collection, body, options) => step('PUT', collection, undefined, body, options),
    delete: (collection, id, options) => step('DELETE', collection, id, undefined, options),
};
/** Sends the steps; see `Luge.batch`. */
export async function batch(send, build, options = {}) {
    const requests = build(STEPS);
    if (!requests.length)
        return [];
    try {
        const answers = await send('/api/batch', {
            ...options,
            method: 'POST',
            body: { requests },
            repeatable: true,
        });
        return answers.map((answer) => answer.body);
    }
    catch (error) {
        throw error instanceof LugeError ? blame(error) : error;
    }
}
/** The error of the step that failed, in the place of one that only says that one did. */
function blame(error) {
    const steps = (error.data.requests ?? {});
    const [index, failed] = Object.entries(steps)[0] ?? [];
    if (!failed?.response?.status)
        return error;
    const inner = fromBody(failed.response.status, failed.response);
    const details = { ...error, status: inner.status, code: inner.code, data: { ...inner.data }, cause: error };
    return new LugeError(`Step ${index} of the batch: ${inner.message}`, details);
}
