import { expect, it } from 'vitest';
import { matches } from './spotlight-match';

it.each([
  ['P3 W2 Picking', 'pick p3', true],
  ['P3 W2 Picking', 'p4', false],
  ['All jobs', '', true],
])('%s is found by "%s": %s', (label, text, found) => {
  expect(matches(label, text)).toBe(found);
});
