import { expect, test, vi } from 'vitest';
import type { Message } from './objects';
import { sampleJob, sampleLane, sampleMessage } from './sample';
import { Store } from './store';

const arrive = (...uids: string[]): Message => sampleMessage({ upsertedJobs: uids.map((uid) => sampleJob({ uid })) });
const leave = (id: string, deleted = false): Message => sampleMessage({ removedJobs: [{ id, deleted }] });

function storeWith(...messages: Message[]): Store {
  const store = new Store();
  store.take(messages);
  return store;
}

test('a job stands in the lane it is queued to', () => {
  const store = storeWith(sampleMessage({ upsertedLanes: [sampleLane('gpu'), sampleLane('idle')] }), arrive('J1'));

  expect(store.activeLanes()).toEqual(['gpu']);
  expect(store.inactiveLanes().map((lane) => lane.name)).toEqual(['idle']);
  expect(store.counts()).toEqual({ queued: 1, active: 0 });
});

test('a job that changes its lane stands in the new one only', () => {
  const store = storeWith(arrive('J1'));

  store.take([sampleMessage({ upsertedJobs: [sampleJob({ revision: 2, queuedToLane: 'fast' })] })]);

  expect(store.activeLanes()).toEqual(['fast']);
  expect(store.laneList('gpu').queued).toEqual([]);
});

test('progress wakes the card of its job and nobody else', () => {
  const store = storeWith(arrive('J1', 'J2'));
  const woken: string[] = [];
  for (const key of ['job:job-J1', 'job:job-J2', 'lane:gpu', 'lanes', 'counts', 'finished', 'moves']) {
    store.watch(key, () => woken.push(key));
  }
  const progress = { fraction: 0.5, message: null, iteration: null, iterations: null, etaSeconds: null };

  store.take([sampleMessage({ upsertedJobs: [sampleJob({ revision: 2, progress })] })]);

  expect(woken).toEqual(['job:job-J1']);
});

test('a replayed message wakes nobody and keeps the lists', () => {
  const store = storeWith(arrive('J1', 'J2'));
  const before = store.laneList('gpu');
  const listener = vi.fn();
  store.watch('job:job-J1', listener);
  store.watch('lane:gpu', listener);

  store.take([arrive('J1', 'J2')]);

  expect(listener).not.toHaveBeenCalled();
  expect(store.laneList('gpu')).toBe(before);
});

test('many messages of one frame wake a card once', () => {
  const store = storeWith(arrive('J1'));
  const listener = vi.fn();
  store.watch('job:job-J1', listener);
  const change = (revision: number) => sampleMessage({ upsertedJobs: [sampleJob({ revision })] });

  store.take([change(2), change(3), change(4)]);

  expect(listener).toHaveBeenCalledOnce();
  expect(store.job('job-J1')?.revision).toBe(4);
});

test('a job that left stays in its lane until its last state is known, then among the finished', () => {
  const store = storeWith(arrive('J1'));

  const left = store.take([leave('job-J1'), arrive('J2')]);
  expect(left).toEqual(['job-J1']);
  expect(store.laneList('gpu').queued).toEqual(['job-J1', 'job-J2']);

  store.settle('job-J1', sampleJob({ revision: 9, status: 'COMPLETED', completedAt: '2026-01-01T12:00:00Z' }));
  expect(store.laneList('gpu').queued).toEqual(['job-J2']);
  expect(store.finished()).toEqual(['job-J1']);
});

test('a job that left without having finished is shown no more', () => {
  const store = storeWith(arrive('J1'));
  store.take([leave('job-J1')]);

  store.settle('job-J1', sampleJob({ revision: 2, status: 'BUILDING', queuedToLane: null }));

  expect(store.job('job-J1')).toBeUndefined();
  expect(store.counts()).toEqual({ queued: 0, active: 0 });
});

test('a job that cannot be read after it left is shown no more', () => {
  const store = storeWith(arrive('J1'));
  store.take([leave('job-J1')]);

  store.settle('job-J1', null);

  expect(store.activeLanes()).toEqual([]);
});

test('a job that is queued again while its end is being read stays on the board', () => {
  const store = storeWith(arrive('J1'));
  store.take([leave('job-J1')]);
  store.take([sampleMessage({ upsertedJobs: [sampleJob({ revision: 7 })] })]);

  store.settle('job-J1', sampleJob({ revision: 5, status: 'FAILED', failedAt: '2026-01-01T12:00:00Z' }));

  expect(store.laneList('gpu').queued).toEqual(['job-J1']);
  expect(store.finished()).toEqual([]);
});

test('a deleted job is gone everywhere at once', () => {
  const store = storeWith(arrive('J1'));

  expect(store.take([leave('job-J1', true)])).toEqual([]);
  expect(store.job('job-J1')).toBeUndefined();
  expect(store.activeLanes()).toEqual([]);
});

test('after a reset the board stays until the new snapshot, which replaces it', () => {
  const store = storeWith(arrive('J1', 'J2'));

  store.take([sampleMessage({ kind: 'RESET', snapshotComplete: false })]);
  expect(store.counts().queued).toBe(2);

  const left = store.take([sampleMessage({ kind: 'SNAPSHOT', upsertedJobs: [sampleJob({ uid: 'J2' })] })]);
  expect(left).toEqual(['job-J1']);
});

test('a change of status is told once, an arrival is not', () => {
  const store = storeWith(arrive('J1'));
  expect(store.moves()).toEqual([]);

  const running = sampleJob({ revision: 2, status: 'RUNNING' });
  store.take([sampleMessage({ upsertedJobs: [running] })]);
  expect(store.moves()).toEqual([running]);

  store.take([sampleMessage()]);
  expect(store.moves()).toEqual([]);
});

test('only the newest fifty finished jobs are kept', () => {
  const store = new Store();
  for (let number = 1; number <= 60; number += 1) {
    const completedAt = `2026-01-01T12:00:${String(number % 60).padStart(2, '0')}Z`;
    store.put(sampleJob({ uid: `J${number}`, status: 'COMPLETED', completedAt }));
  }

  expect(store.finished()).toHaveLength(50);
  expect(store.job('job-J1')).toBeUndefined();
});
