import { expect, test } from 'vitest';
import { sampleRow as row } from './sample';
import { type RowMessage, Shelf } from './shelf';

const message = (given: Partial<RowMessage>): RowMessage => ({
  cursor: 'c',
  kind: 'DELTA',
  snapshotComplete: true,
  upsertedJobs: [],
  removedJobs: [],
  ...given,
});

let frame: () => void;

function take(shelf: Shelf, given: RowMessage): void {
  shelf.hear(given);
  frame();
}

/** A shelf that has taken these messages, each in a frame of its own. */
function shelfWith(...messages: RowMessage[]): Shelf {
  const shelf = new Shelf((flush) => {
    frame = flush;
    return () => undefined;
  });
  messages.forEach((given) => take(shelf, given));
  return shelf;
}

const snapshot = message({ kind: 'SNAPSHOT', upsertedJobs: [row('J10'), row('J2')] });

test('jobs stand in the order of their numbers, whatever the order they come in', () => {
  expect(shelfWith(snapshot).list().map(({ uid }) => uid)).toEqual(['J2', 'J10']);
});

test('an older revision never wins', () => {
  const shelf = shelfWith(snapshot, message({ upsertedJobs: [row('J2', { revision: 3, title: 'new' })] }));
  take(shelf, message({ upsertedJobs: [row('J2', { revision: 2, title: 'old' })] }));

  expect(shelf.job('job-J2')?.title).toBe('new');
});

test('a job that leaves is gone, one that is deleted stays as a tombstone', () => {
  const removedJobs = [
    { id: 'job-J2', deleted: false },
    { id: 'job-J10', deleted: true },
  ];
  const shelf = shelfWith(snapshot, message({ removedJobs }));

  expect(shelf.list().map(({ uid, deleted }) => [uid, deleted])).toEqual([['J10', true]]);
});

test('who is not in a new snapshot has left', () => {
  const reset = message({ kind: 'RESET', snapshotComplete: false });
  const shelf = shelfWith(snapshot, reset, message({ kind: 'SNAPSHOT', upsertedJobs: [row('J2', { revision: 2 })] }));

  expect(shelf.list().map(({ uid }) => uid)).toEqual(['J2']);
});

test('only the listeners of what changed are called', () => {
  const shelf = shelfWith(snapshot);
  const calls: string[] = [];
  ['job:job-J2', 'job:job-J10', 'ids'].forEach((key) => shelf.watch(key, () => calls.push(key)));

  take(shelf, message({ upsertedJobs: [row('J2', { revision: 2, title: 'new' })] }));

  expect(calls).toEqual(['job:job-J2']);
});
