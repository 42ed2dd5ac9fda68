import { expect, test } from 'vitest';
import { type Arrival, Members } from './members';

const jobs = (...uids: string[]) => uids.map((uid) => ({ id: `job-${uid}` }));
const arrival = (given: Partial<Arrival>): Arrival => ({ kind: 'DELTA', snapshotComplete: true, upserted: [], removed: [], ...given });
const NOBODY = { left: [], deleted: [] };

test('jobs that are missing from a complete snapshot have left', () => {
  const members = new Members();
  members.add(['job-J1', 'job-J2']);

  const departures = members.take(arrival({ kind: 'SNAPSHOT', upserted: jobs('J2', 'J3') }));

  expect(departures).toEqual({ left: ['job-J1'], deleted: [] });
  expect(['job-J1', 'job-J2', 'job-J3'].map((id) => members.has(id))).toEqual([false, true, true]);
});

test('nobody leaves while a snapshot is incomplete', () => {
  const members = new Members();
  members.add(['job-J1']);

  const first = members.take(arrival({ kind: 'SNAPSHOT', snapshotComplete: false, upserted: jobs('J2') }));
  const last = members.take(arrival({ kind: 'SNAPSHOT', upserted: jobs('J1') }));

  expect([first, last]).toEqual([NOBODY, NOBODY]);
});

test('a snapshot that begins again forgets its first beginning', () => {
  const members = new Members();
  members.take(arrival({ kind: 'SNAPSHOT', snapshotComplete: false, upserted: jobs('J1') }));
  members.restart();

  const departures = members.take(arrival({ kind: 'SNAPSHOT', upserted: jobs('J2') }));

  expect(departures.left).toEqual(['job-J1']);
});

test('a reset keeps everybody until the snapshot that follows it', () => {
  const members = new Members();
  members.add(['job-J1']);

  expect(members.take(arrival({ kind: 'RESET', snapshotComplete: false }))).toEqual(NOBODY);
  expect(members.has('job-J1')).toBe(true);
});

test('a removal tells apart who left and who is deleted, and repeats nothing', () => {
  const members = new Members();
  members.add(['job-J1', 'job-J2']);
  const removal = arrival({
    removed: [
      { id: 'job-J1', deleted: false },
      { id: 'job-J2', deleted: true },
    ],
  });

  expect(members.take(removal)).toEqual({ left: ['job-J1'], deleted: ['job-J2'] });
  expect(members.take(removal).left).toEqual([]);
});
