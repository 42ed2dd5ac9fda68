import { expect, test } from 'vitest';
import { heldOrder, movedCount } from './held-order';

test('a held order keeps the places, lets go of who left and puts newcomers at the end', () => {
  expect(heldOrder(['a', 'b', 'c'], ['new', 'c', 'a'])).toEqual(['a', 'c', 'new']);
});

test('it counts who stands elsewhere than they would', () => {
  expect(movedCount(['a', 'b', 'c'], ['b', 'a', 'c'])).toBe(2);
  expect(movedCount(['a', 'b'], ['a', 'b'])).toBe(0);
});
