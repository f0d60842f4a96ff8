/** The order of a live result, kept by the client as the server would. */
/** The order of a `sort`; `undefined` when it needs what a record does not hold: other records, chance, creation. */
export function orderOf(sort) {
    const keys = sort.split(',').map((text) => {
        const name = text.trim().replace(/^[-+]/, '');
        return { name, sign: text.trim().startsWith('-') ? -1 : 1 };
    });
    if (!keys.every((key) => /^\w+$/.test(key.name)))
        return undefined;
    const byKeys = (a, b) => {
        for (const { name, sign } of keys) {
            const order = compare(a[name], b[name]);
            if (order !== 0)
                return order * sign;
        }
        return 0;
    };
    return { names: keys.map((key) => key.name), byKeys, total: (a, b) => byKeys(a, b) || compare(a.id, b.id) };
}
function compare(a, b) {
    if (a === b)
        return 0;
    if (typeof a !== typeof b)
        return NaN;
    if (typeof a === 'string')
        return compareTexts(a, b);
    if (typeof a === 'number' || typeof a === 'boolean')
        return a < b ? -1 : 1;
    return NaN;
}
/** As the server compares: by code points. JavaScript's `<` compares halves of them. */
function compareTexts(a, b) {
    let i = 0;
    while (a[i] === b[i])
        i++;
    // In the middle of a pair the whole characters are compared.
    if (i > 0 && isLow(a.charCodeAt(i)) && isLow(b.charCodeAt(i)))
        i--;
    const [x, y] = [a.codePointAt(i) ?? -1, b.codePointAt(i) ?? -1];
    return x < y ? -1 : 1;
}
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;
