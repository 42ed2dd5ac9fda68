import { expect, it } from 'vitest';
import { matches, placeNamed } from './spotlight-match';

it.each([
  ['P3 W2 Picking', 'pick p3', true],
  ['P3 W2 Picking', 'p4', false],
  ['All jobs', '', true],
])('%s is found by "%s": %s', (label, text, found) => {
  expect(matches(label, text)).toBe(found);
});

it.each([
  ['p3', { project: 'P3', workspace: null }],
  ['P3.w12 ', { project: 'P3', workspace: 'W12' }],
  ['P3 ctf', null],
])('"%s" names %j', (text, place) => {
  expect(placeNamed(text)).toEqual(place);
});
