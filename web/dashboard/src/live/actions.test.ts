import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Actions } from './actions';
import type { Job } from './objects';
import { sampleJob, sampleMessage } from './sample';
import { Store } from './store';

const server = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', server);
  vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' });
});
afterEach(() => {
  vi.unstubAllGlobals();
  server.mockReset();
});

function boardWith(job: Job): { store: Store; actions: Actions } {
  const store = new Store();
  const actions = new Actions(store);
  store.take([sampleMessage({ upsertedJobs: [job] })]);
  return { store, actions };
}

const answer = (data: object): void => void server.mockResolvedValue(Response.json({ data }));
const running = sampleJob({ status: 'RUNNING' });

test('an accepted kill shows its intent until the job has ended', async () => {
  const { store, actions } = boardWith(running);
  answer({ killJob: { errors: [], result: { outcome: 'ACCEPTED', job: running, errors: [] } } });

  await actions.act('kill', running);
  expect(actions.intents.get().get('job-J1')).toBe('kill');

  store.put(sampleJob({ revision: 2, status: 'KILLED', killedAt: '2026-01-01T12:00:00Z' }));
  expect(actions.intents.get().size).toBe(0);
});

test('a refusal takes the intent back and says why', async () => {
  const { actions } = boardWith(running);
  answer({ killJob: { errors: [], result: { outcome: 'FAILED', job: running, errors: [{ message: 'Too late.' }] } } });

  await actions.act('kill', running);

  expect(actions.intents.get().size).toBe(0);
  expect(actions.notices.get().map((notice) => notice.text)).toEqual(['P1 J1: Too late.']);
});

test('a server that cannot be reached is a refusal too', async () => {
  const { actions } = boardWith(running);
  server.mockRejectedValue(new TypeError('failed'));

  await actions.act('kill', running);

  expect(actions.notices.get().map((notice) => notice.text)).toEqual(['P1 J1: The server cannot be reached.']);
});

test('removing from the queue spares a job that has left the queue in the meantime', async () => {
  const queued = sampleJob();
  const { store, actions } = boardWith(queued);
  const cleared = sampleJob({ revision: 2, status: 'BUILDING', queuedToLane: null });
  answer({ clearJob: { errors: [], result: { outcome: 'APPLIED', job: cleared, errors: [] } } });

  await actions.act('remove', queued);

  const body = JSON.parse(String(server.mock.calls[0]?.[1]?.body));
  expect(body.variables.input.target).toEqual({ job: { id: 'job-J1' }, expectedStatuses: ['QUEUED'] });
  expect(store.activeLanes()).toEqual([]);
});
