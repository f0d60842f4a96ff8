/** What a live query shows. */
/** A position of the log: whether `a` is at or after `b`. */
export function reached(a, b) {
    const [[epochA, seqA], [epochB, seqB]] = [a.split(':').map(Number), b.split(':').map(Number)];
    return epochA === epochB && (seqA ?? -1) >= (seqB ?? 0);
}
