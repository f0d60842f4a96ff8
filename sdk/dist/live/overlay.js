/** Writes that are shown before the server has confirmed them. */
import { reached } from "./state.js";
/** A query that the confirmed write does not concern never hears of it: after this, nothing is laid over it any more. */
const LINGER = 5000;
/** All writes that are under way. */
export class Overlay {
    changed;
    mutations = new Map();
    constructor(changed) {
        this.changed = changed;
    }
    /** Shows a write. */
    add(request, patches) {
        this.mutations.set(request, { patches, position: '', seen: new Set() });
        this.changed(patches.map((patch) => patch.collection));
    }
    /** The server has done it: queries show theirs until the change reaches them. */
    confirm(request, position) {
        const mutation = this.mutations.get(request);
        if (mutation)
            mutation.position = position;
        setTimeout(() => this.remove(request), LINGER);
    }
    /** It was refused, or is over. */
    remove(request) {
        const mutation = this.mutations.get(request);
        this.mutations.delete(request);
        if (mutation)
            this.changed(mutation.patches.map((patch) => patch.collection));
    }
    /** A query got the server's change for it. */
    echoed(request, query) {
        this.mutations.get(request)?.seen.add(query);
    }
    /** Lays all writes over the rows of a query, and says which records are affected. */
    lay(query, rows, window) {
        const pending = new Set();
        for (const { patches, position, seen } of this.mutations.values()) {
            if (seen.has(query) || (position && reached(query.position, position)))
                continue;
            for (const patch of patches) {
                if (patch.collection === query.collection && lay(patch, rows, query, window))
                    pending.add(patch.id);
            }
        }
        return pending;
    }
}
function lay({ kind, id, body }, rows, { ask, collection }, window) {
    const before = rows.get(id);
    if (kind === 'delete')
        return rows.delete(id);
    if (kind === 'update' && !before)
        return false;
    const now = new Date().toISOString().replace('T', ' ');
    const base = before ?? { id, collectionId: '', collectionName: collection, created: now, updated: now };
    const row = apply(base, body);
    const fits = ask.filter ? ask.test?.(row) : true;
    // Only the server can tell: what is shown stays, what is new waits for its word.
    if (fits === false || (fits === undefined && !before))
        return before ? rows.delete(id) : false;
    if (!before && !window.inside(row))
        return false;
    rows.set(id, row);
    return true;
}
/** A row with the values of a body, which may name fields with modifiers. */
function apply(base, body) {
    const row = { ...base };
    for (const [key, value] of Object.entries(body)) {
        const name = key.replace(/^\+|[+-]$|:.*$/g, '');
        const old = row[name];
        if (name === key)
            row[name] = value;
        else if (typeof old === 'number')
            row[name] = key.endsWith('-') ? old - Number(value) : old + Number(value);
        else if (Array.isArray(old)) {
            const values = Array.isArray(value) ? value : [value];
            const others = old.filter((item) => !values.includes(item));
            row[name] = key.endsWith('-')
                ? others
                : key.startsWith('+')
                    ? [...values, ...others]
                    : [...old, ...values.filter((item) => !old.includes(item))];
        }
    }
    return row;
}
