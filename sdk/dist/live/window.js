/** The records of a live query that this client knows: all that match, or the first of them up to an edge. */
import { orderOf } from "./order.js";
/** The most that the server sends with a limit. */
const MOST = 500;
/** What is known of a query's result. */
export class Window {
    ask;
    asked;
    /** The order that the client can keep by itself; `undefined` where only the server knows it. */
    order;
    rows = new Map();
    /** Where the known part ends. `undefined`: everything is known. */
    edge;
    /** Whether records that equal the edge are told apart by id. */
    exact = false;
    /** The snapshot ended among records that sort equal: from now on the server sorts by id as well. */
    tied = false;
    constructor(ask) {
        this.ask = ask;
        this.asked = ask.sort ? orderOf(ask.sort) : undefined;
        this.order = this.asked;
    }
    /** How the server is to be asked. A few more than needed, so that those that leave can be replaced at once. */
    get wanted() {
        const { sort, limit, fields } = this.ask;
        const names = this.asked?.names.join(',') ?? 'created';
        return {
            sort: this.tied ? `${sort},id` : sort,
            limit: limit && limit <= MOST ? Math.min(MOST, this.enough) : undefined,
            fields: fields ? `id,collectionId,collectionName,${fields},${names}${this.ask.expand ? ',expand' : ''}` : undefined,
        };
    }
    /** Replaces everything by a snapshot; `more` when its limit left some out. */
    load(items, more) {
        this.rows = new Map(items.map((row) => [row.id, row]));
        this.edge = more ? items.at(-1) : undefined;
        this.exact = this.tied;
        // Values that the client compares in another way than the server are left to the server.
        const order = this.asked;
        this.order = order && items.every((row, i) => !i || order.byKeys(items[i - 1], row) <= 0) ? order : undefined;
        if (!this.edge || !this.order || this.exact)
            return 'kept';
        // Equal records stand in the order of creation on the server, by id here: those that equal the edge are not known for sure.
        for (const row of items)
            if (this.order.byKeys(row, this.edge) >= 0)
                this.rows.delete(row.id);
        this.tied = this.rows.size < this.ask.limit;
        return this.tied ? 'reload' : 'kept';
    }
    /** A record that matches now. */
    put(row) {
        const known = this.rows.has(row.id);
        if (!this.order)
            return this.place(row, known);
        const other = this.edge ?? this.rows.values().next().value ?? row;
        if (Number.isNaN(this.order.byKeys(row, other)))
            return 'reload';
        if (!this.inside(row))
            return known ? this.remove(row.id) : 'kept';
        this.rows.set(row.id, row);
        if (this.ask.limit && this.rows.size > 2 * this.enough)
            this.trim(this.order);
        return 'kept';
    }
    /** A record that does not match any more. */
    remove(id) {
        this.rows.delete(id);
        return this.edge && this.rows.size < this.ask.limit ? 'reload' : 'kept';
    }
    /** A copy of the known rows, to lay something over. */
    copy() {
        return new Map(this.rows);
    }
    /** The rows as they are shown. */
    shown(rows) {
        const all = [...rows.values()];
        if (this.order)
            all.sort(this.order.total);
        return this.ask.limit ? all.slice(0, this.ask.limit) : all;
    }
    /** Whether a record would be in the known part. */
    inside(row) {
        if (!this.edge)
            return true;
        if (!this.order)
            return false;
        return this.exact ? this.order.total(row, this.edge) <= 0 : this.order.byKeys(row, this.edge) < 0;
    }
    get enough() {
        return this.ask.limit + Math.max(8, this.ask.limit >> 2);
    }
    /** Forgets what is far from being shown. */
    trim(order) {
        const kept = [...this.rows.values()].sort(order.total).slice(0, this.enough);
        this.rows = new Map(kept.map((row) => [row.id, row]));
        this.edge = kept.at(-1);
        this.exact = true;
    }
    /** Without an order of its own, the client can only put at the end what was created last. */
    place(row, known) {
        const newest = [...this.rows.values()].at(-1);
        if (known || !this.edge)
            this.rows.set(row.id, row);
        if (this.ask.sort)
            return 'reload';
        if (known || (!newest && !this.edge))
            return 'kept';
        const [last, created] = [newest?.created, row.created];
        return typeof last === 'string' && typeof created === 'string' && last < created ? 'kept' : 'reload';
    }
}
