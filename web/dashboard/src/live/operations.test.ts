import { expect, test } from 'vitest';
import { endText, type Operation } from './operations';

const ended = (given: Partial<Operation['summary']>): Operation => ({
  id: 'o1',
  revision: 3,
  action: 'CLEAR_INTERMEDIATE_RESULTS',
  status: 'PARTIALLY_SUCCEEDED',
  phase: null,
  progress: 1,
  cancellable: false,
  finishedAt: null,
  requestedBy: null,
  summary: { requested: 5, applied: 2, accepted: 0, skipped: 0, failed: 0, notAttempted: 0, bytesFreed: 0, ...given },
});

test.each([
  [{}, null],
  [{ failed: 1 }, 'clear intermediate results: of 5 jobs 1 failed'],
  [{ failed: 1, notAttempted: 2 }, 'clear intermediate results: of 5 jobs 1 failed, 2 spared'],
])('of an end with %j is said %j', (summary, text) => {
  expect(endText(ended(summary))).toBe(text);
});
