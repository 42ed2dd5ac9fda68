import { expect, it } from 'vitest';
import { fitting } from './fitting';

it.each([
  [[50, 100, 150], 150, 3],
  [[50, 100, 150], 149, 2],
  [[50], 10, 0],
  [[], 10, 0],
])('of pills that end at %j, in %d pixels %d fit', (edges, width, count) => {
  expect(fitting(edges, width)).toBe(count);
});
