import { expect, test } from 'vitest';
import { Collection } from './collection';
import type { Arrival } from './members';

interface Thing {
  id: string;
  revision: number;
  title: string;
}

const thing = (id: string, title = id, revision = 1): Thing => ({ id, revision, title });
const told = (given: Partial<Arrival & { upserted: Thing[] }>) => ({ kind: 'DELTA' as const, snapshotComplete: true, upserted: [], removed: [], ...given });
const byId = (a: Thing, b: Thing): number => a.id.localeCompare(b.id);
const titles = (collection: Collection<Thing>): string[] => collection.held.get().rows.map(({ title }) => title);

function collectionOf(...things: Thing[]): Collection<Thing> {
  const collection = new Collection<Thing>(byId);
  collection.hear(told({ kind: 'SNAPSHOT', upserted: things }));
  return collection;
}

test('what comes, changes and goes is in the list, in its order', () => {
  const collection = collectionOf(thing('b'), thing('c'));

  collection.hear(told({ upserted: [thing('a'), thing('c', 'sea', 2)], removed: [{ id: 'b', deleted: true }] }));

  expect(titles(collection)).toEqual(['a', 'sea']);
});

test('a later snapshot takes away what it does not name, once it is complete', () => {
  const collection = collectionOf(thing('a'), thing('b'));

  collection.hear(told({ kind: 'SNAPSHOT', snapshotComplete: false, upserted: [thing('c')] }));
  expect(titles(collection)).toEqual(['a', 'b', 'c']);
  collection.hear(told({ kind: 'SNAPSHOT', upserted: [thing('b')] }));

  expect(titles(collection)).toEqual(['b', 'c']);
});

test('an empty snapshot makes the list whole', () => {
  expect(collectionOf().held.get()).toEqual({ rows: [], isWhole: true });
});

test('a message that changes nothing keeps the list', () => {
  const collection = collectionOf(thing('a'));
  const before = collection.held.get();

  collection.hear(told({ upserted: [thing('a')] }));

  expect(collection.held.get()).toBe(before);
});
