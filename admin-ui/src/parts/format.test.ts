import { describe, expect, it } from 'vitest';
import { away } from './format';

describe('how far away a moment is', () => {
  it.each([
    [0, 'now'],
    [5_000, 'in 5 s'],
    [-62_000, '1 min ago'],
    [7_140_000, 'in 1 h 59 min'],
    [-266_400_000, '3 d 2 h ago'],
  ])('%i ms', (span, words) => {
    expect(away(1_000_000_000_000 + span, 1_000_000_000_000)).toBe(words);
  });
});
