import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Actions, begunText, doneText, refusalsOf } from './actions';
import type { Outcome } from './bulk';
import type { Job } from './objects';
import { Operations } from './operations';
import { sampleJob, sampleMessage } from './sample';
import { Store } from './store';
import { Toasts } from './toasts';

const server = vi.fn<typeof fetch>();
const KILL = { projectUid: 'P1', jobUid: 'J1', bytesFreed: null, createdJob: null, notices: [], errors: [] };

beforeEach(() => {
  vi.stubGlobal('fetch', server);
  vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
});
afterEach(() => {
  vi.unstubAllGlobals();
  server.mockReset();
});

function boardWith(job: Job): { actions: Actions; operations: Operations } {
  const store = new Store();
  const operations = new Operations();
  store.take([sampleMessage({ upsertedJobs: [job] })]);
  return { actions: new Actions(store, operations, new Toasts()), operations };
}

function answerWith(killJobs: unknown): void {
  server.mockResolvedValue(new Response(JSON.stringify({ data: { killJobs } }), { headers: { 'content-type': 'application/json' } }));
}

const running = sampleJob({ status: 'RUNNING' });
const texts = (actions: Actions): string[] => actions.toasts.shown.get().map((toast) => toast.text);

test('the intent shows at once and holds until the operation has ended', async () => {
  const { actions, operations } = boardWith(running);
  answerWith({ errors: [], results: [{ ...KILL, outcome: 'ACCEPTED', job: running }], operation: { id: 'o1' } });

  const done = actions.act('kill', [running]);
  expect(actions.intents.get().get(running.id)).toBe('kill');
  await done;
  expect(actions.intents.get().get(running.id)).toBe('kill');
  const row = { id: 'o1', revision: 2, action: 'KILL', status: 'SUCCEEDED', phase: null, progress: 1, cancellable: false } as const;
  operations.hear({ cursor: 'c', kind: 'DELTA', snapshotComplete: true, upserted: [{ ...row, finishedAt: null, requestedBy: null, summary: { requested: 1, applied: 1, accepted: 0, skipped: 0, failed: 0, notAttempted: 0, bytesFreed: 0 } }] });
  await Promise.resolve();

  expect(actions.intents.get().size).toBe(0);
});

test('a refusal takes the intent back and is told with the job and the reason', async () => {
  const { actions } = boardWith(running);
  answerWith({ errors: [], results: [{ ...KILL, outcome: 'FAILED', job: null, errors: [{ code: 'X', message: 'Not now.' }] }], operation: null });

  await actions.act('kill', [running]);

  expect(actions.intents.get().size).toBe(0);
  expect(texts(actions)).toEqual(['P1 J1: Not now.']);
});

test('a server that cannot be reached takes the intent back', async () => {
  const { actions } = boardWith(running);
  server.mockRejectedValue(new TypeError('offline'));

  expect(await actions.act('kill', [running])).toBe(null);
  expect(actions.intents.get().size).toBe(0);
  expect(texts(actions)).toEqual(['The server cannot be reached.']);
});

const outcomeOf = (...results: [string, string, string | null][]): Outcome => ({
  errors: [],
  results: results.map(([jobUid, outcome, message]) => ({
    ...KILL,
    jobUid,
    outcome: outcome as 'APPLIED',
    job: null,
    errors: message ? [{ code: 'BAD_INPUT', message }] : [],
  })),
});

test('what goes on after the answer is told as begun, and at its end for how many it was done', () => {
  const outcome = outcomeOf(['J1', 'ACCEPTED', null], ['J2', 'SKIPPED', 'It is active.'], ['J3', 'ACCEPTED', null]);

  expect(begunText('restart', outcome)).toBe('Restart of 2 jobs begun');
  expect(doneText('restart', outcome, 2)).toBe('2 jobs restarted');
  expect(doneText('restart', outcome, 1)).toBe('1 of 2 jobs restarted');
});

test('one reason that several jobs share is told once', () => {
  const outcome = outcomeOf(['J1', 'SKIPPED', 'It is active.'], ['J2', 'APPLIED', null], ['J3', 'SKIPPED', 'It is active.']);

  expect(refusalsOf(outcome)).toEqual(['P1 J1, P1 J3: It is active.']);
  expect(doneText('kill', outcome)).toBe('P1 J2 killed');
});
