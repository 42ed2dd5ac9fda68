import { expect, test } from 'vitest';
import { sampleJob } from './sample';
import { Table } from './table';

test('an older revision never wins', () => {
  const table = new Table();
  const newer = sampleJob({ revision: 5, status: 'RUNNING' });
  table.put(newer);

  expect(table.put(sampleJob({ revision: 4 }))).toBe(false);
  expect(table.get('job-J1')).toBe(newer);
});

test('a replayed object keeps its identity', () => {
  const table = new Table();
  const first = sampleJob();
  table.put(first);

  expect(table.put(sampleJob())).toBe(false);
  expect(table.get('job-J1')).toBe(first);
});

test('a computed field may change without a new revision', () => {
  const table = new Table();
  table.put(sampleJob());

  const changed = table.put(sampleJob({ waitingFor: { status: 'WAITING_RESOURCES', message: 'Needs 2 GPUs' } }));

  expect(changed).toBe(true);
});
