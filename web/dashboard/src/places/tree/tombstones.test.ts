import { expect, test } from 'vitest';
import type { JobRow } from '../../live/shelf';
import { drawn, missingTombstones } from './tombstones';

const row = (id: string, deleted: boolean, ...parents: [string, boolean][]): JobRow =>
  ({ id, deleted, parents: parents.map(([parent, isGone]) => ({ id: parent, uid: parent, deleted: isGone })) }) as JobRow;

test('a deleted job is drawn as long as it leads to one that lives', () => {
  const rows = [row('a', true), row('b', true, ['a', true]), row('c', false, ['b', true]), row('lonely', true)];

  expect(drawn(rows).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test('deleted parents that are not here are missed, each once', () => {
  const rows = [row('c', false, ['b', true], ['d', false]), row('e', false, ['b', true])];

  expect(missingTombstones(rows)).toEqual(['b']);
});
