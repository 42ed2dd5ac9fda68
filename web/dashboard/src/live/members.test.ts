import { expect, test } from 'vitest';
import { Members } from './members';
import { sampleJob, sampleMessage } from './sample';

const jobs = (...uids: string[]) => uids.map((uid) => sampleJob({ uid }));
const NOBODY = { left: [], deleted: [] };

test('jobs that are missing from a complete snapshot have left', () => {
  const members = new Members();
  members.add(['job-J1', 'job-J2']);

  const departures = members.take(sampleMessage({ kind: 'SNAPSHOT', upsertedJobs: jobs('J2', 'J3') }));

  expect(departures).toEqual({ left: ['job-J1'], deleted: [] });
  expect(['job-J1', 'job-J2', 'job-J3'].map((id) => members.has(id))).toEqual([false, true, true]);
});

test('nobody leaves while a snapshot is incomplete', () => {
  const members = new Members();
  members.add(['job-J1']);

  const first = members.take(sampleMessage({ kind: 'SNAPSHOT', snapshotComplete: false, upsertedJobs: jobs('J2') }));
  const last = members.take(sampleMessage({ kind: 'SNAPSHOT', upsertedJobs: jobs('J1') }));

  expect([first, last]).toEqual([NOBODY, NOBODY]);
});

test('a snapshot that begins again forgets its first beginning', () => {
  const members = new Members();
  members.take(sampleMessage({ kind: 'SNAPSHOT', snapshotComplete: false, upsertedJobs: jobs('J1') }));
  members.restart();

  const departures = members.take(sampleMessage({ kind: 'SNAPSHOT', upsertedJobs: jobs('J2') }));

  expect(departures.left).toEqual(['job-J1']);
});

test('a reset keeps everybody until the snapshot that follows it', () => {
  const members = new Members();
  members.add(['job-J1']);

  expect(members.take(sampleMessage({ kind: 'RESET', snapshotComplete: false }))).toEqual(NOBODY);
  expect(members.has('job-J1')).toBe(true);
});

test('a removal tells apart who left and who is deleted, and repeats nothing', () => {
  const members = new Members();
  members.add(['job-J1', 'job-J2']);
  const removal = sampleMessage({
    removedJobs: [
      { id: 'job-J1', deleted: false },
      { id: 'job-J2', deleted: true },
    ],
  });

  expect(members.take(removal)).toEqual({ left: ['job-J1'], deleted: ['job-J2'] });
  expect(members.take(removal).left).toEqual([]);
});
