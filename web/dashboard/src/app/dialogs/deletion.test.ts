import { expect, test } from 'vitest';
import { deletionTold } from './deletion';

const OPEN = { errors: [] };
const PROTECTED = { errors: ['FINAL_RESULT'] };
const ended = (status: 'SUCCEEDED' | 'PARTIALLY_SUCCEEDED' | 'FAILED', applied: number) => ({
  status,
  summary: { requested: applied, applied, accepted: 0, skipped: 0, failed: 0, notAttempted: 0, bytesFreed: 0 },
});

test.each([
  ['without jobs', [], null, 'W1 deleted'],
  ['without jobs, by an operation', [], ended('SUCCEEDED', 0), 'W1 deleted'],
  ['with its jobs', [OPEN, OPEN], ended('SUCCEEDED', 2), 'W1 deleted'],
  ['with protected jobs only', [PROTECTED], null, '0 jobs deleted; W1 stays'],
  ['with a protected job', [OPEN, PROTECTED], ended('SUCCEEDED', 1), '1 job deleted; W1 stays'],
  ['whose directory cannot be erased', [OPEN, OPEN], ended('PARTIALLY_SUCCEEDED', 2), '2 jobs deleted; W1 stays'],
  ['whose empty directory cannot be erased', [], ended('FAILED', 0), '0 jobs deleted; W1 stays'],
])('of a place %s is said what has become of it', (_, results, operation, text) => {
  expect(deletionTold('W1', { results, ended: operation })).toEqual({ isGone: text === 'W1 deleted', text });
});
