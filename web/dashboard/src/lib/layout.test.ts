import { expect, test } from 'vitest';
import { type GraphNode, layersOf, layOut } from './layout';

const node = (id: string, ...parents: string[]): GraphNode => ({ id, parents });

test('a node stands one layer after the last of its parents', () => {
  const layers = layersOf([node('d', 'b', 'a'), node('b', 'a'), node('a'), node('c', 'a')]);

  expect(Object.fromEntries(layers)).toEqual({ a: 0, b: 1, c: 1, d: 2 });
});

test('a parent that is not shown counts for nothing', () => {
  expect(layersOf([node('a', 'elsewhere')]).get('a')).toBe(0);
});

test('two lines that could cross do not', () => {
  const spots = layOut([node('a'), node('b'), node('under-b', 'b'), node('under-a', 'a')]);

  expect(spots.get('under-a')?.place).toBe(0);
  expect(spots.get('under-b')?.place).toBe(1);
});

test('a thousand nodes are laid out in 50 ms', () => {
  const nodes = Array.from({ length: 1000 }, (_, n) => node(`J${n}`, ...(n > 0 ? [`J${Math.floor(n * 0.7)}`] : []), ...(n > 5 && n % 3 === 0 ? [`J${n - 5}`] : [])));
  layOut(nodes);
  const runs = Array.from({ length: 5 }, () => {
    const began = performance.now();
    layOut(nodes);
    return performance.now() - began;
  });

  expect(Math.min(...runs)).toBeLessThan(50);
});

test('a line of five hundred has five hundred layers', () => {
  const spots = layOut(Array.from({ length: 500 }, (_, n) => node(`J${n}`, ...(n > 0 ? [`J${n - 1}`] : []))));

  expect(spots.get('J499')).toEqual({ layer: 499, place: 0 });
});
