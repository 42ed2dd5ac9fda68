import { expect, test } from 'vitest';
import { keepLane, listLane } from './lane-list';
import { sampleJob } from './sample';

test('the queue runs by priority, then by time, then by number; held jobs come last', () => {
  const queue = [
    sampleJob({ uid: 'J9', onHold: true, priority: 50 }),
    sampleJob({ uid: 'J10' }),
    sampleJob({ uid: 'J2' }),
    sampleJob({ uid: 'J3', queuedAt: '2026-01-01T10:30:00Z' }),
    sampleJob({ uid: 'J4', priority: 7 }),
  ];

  expect(listLane(queue).queued).toEqual(['job-J4', 'job-J3', 'job-J2', 'job-J10', 'job-J9']);
});

test('active jobs stand apart from the queue, the oldest first', () => {
  const jobs = [
    sampleJob({ uid: 'J1' }),
    sampleJob({ uid: 'J2', status: 'LAUNCHED', launchedAt: '2026-01-01T11:20:00Z' }),
    sampleJob({ uid: 'J3', status: 'WAITING', launchedAt: '2026-01-01T11:10:00Z' }),
  ];

  expect(listLane(jobs)).toEqual({ active: ['job-J3', 'job-J2'], queued: ['job-J1'] });
});

test('a lane that reads the same keeps its identity', () => {
  const before = listLane([sampleJob()]);

  expect(keepLane(before, listLane([sampleJob({ revision: 2 })]))).toBe(before);
});
