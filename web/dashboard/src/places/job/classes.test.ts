import { expect, test } from 'vitest';
import { classesIn, type Order, ordered, particlesOf, shareText } from './classes';

const DATA = {
  image: 'J2/classes.png',
  classes: [
    { index: 0, num_particles: 20, resolution_A: 9.5, image: 'J2/class_000.png' },
    { index: 1, num_particles: 70, resolution_A: null, image: 'J2/class_001.png' },
    { index: 2, num_particles: 20, resolution_A: 6, image: 'J2/class_002.png' },
  ],
};
const classes = classesIn(DATA) ?? [];

test('the classes of a question are read with their pictures', () => {
  expect(classes[1]).toEqual({ index: 1, particles: 70, resolution: null, image: 'J2/class_001.png' });
  expect(particlesOf(classes)).toBe(110);
});

test.each([null, {}, { classes: 3 }, { classes: [{ index: 'x' }] }, { classes: [null] }])('%j holds no classes', (data) => {
  expect(classesIn(data)).toBe(null);
});

test.each<[Order, number[]]>([
  ['particles', [1, 0, 2]],
  ['resolution', [2, 0, 1]],
  ['index', [0, 1, 2]],
])('by %s: %j', (order, expected) => {
  expect(ordered(classes, order).map(({ index }) => index)).toEqual(expected);
});

test('a share of nothing is no number', () => {
  expect([shareText(70, 110), shareText(0, 0)]).toEqual(['64 %', '–']);
});
