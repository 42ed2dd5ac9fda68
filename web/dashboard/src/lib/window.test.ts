import { expect, it } from 'vitest';
import { spanOf } from './window';

it.each([
  [{ top: 0, height: 100 }, 0, 11],
  [{ top: 400, height: 100 }, 14, 31],
  [{ top: 19_900, height: 100 }, 989, 1000],
  [{ top: 99_999, height: 100 }, 994, 1000],
])('of 1,000 rows of 20 pixels at %j those from %d to %d are drawn', (scrolled, first, end) => {
  expect(spanOf(1000, 20, scrolled)).toEqual({ first, end, above: first * 20, total: 20_000 });
});
