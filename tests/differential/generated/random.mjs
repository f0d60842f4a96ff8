// A small seeded generator of numbers and choices, so that a run can be repeated from its seed.

/** Choices that follow from the seed alone (the generator is mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below) => Math.floor(next() * below);
  const pick = (items) => items[int(items.length)];
  const chance = (share) => next() < share;
  const some = (items, most) => {
    const rest = [...items];
    const count = int(Math.min(most, rest.length) + 1);
    return Array.from({ length: count }, () => rest.splice(int(rest.length), 1)[0]);
  };
  return { next, int, pick, chance, some };
}
