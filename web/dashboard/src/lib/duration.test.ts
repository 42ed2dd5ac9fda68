import { expect, test } from 'vitest';
import { durationText } from './duration';

test.each([
  [-5_000, '0 s'],
  [59_999, '59 s'],
  [60_000, '1:00 min'],
  [125_000, '2:05 min'],
  [3_600_000, '1:00 h'],
  [4_320_000, '1:12 h'],
  [86_400_000, '1 d 0 h'],
  [273_600_000, '3 d 4 h'],
])('%i ms reads %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
