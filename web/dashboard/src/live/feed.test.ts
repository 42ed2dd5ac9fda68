import { expect, test } from 'vitest';
import { areRefusal, cursorAfter } from './feed';
import { eventOf, linkAfter } from './link';
import { retryDelayMs } from './socket';

test('a cursor is kept only once the snapshot is complete', () => {
  expect(cursorAfter(null, { kind: 'SNAPSHOT', snapshotComplete: false, cursor: 'c1' })).toBe(null);
  expect(cursorAfter(null, { kind: 'SNAPSHOT', snapshotComplete: true, cursor: 'c2' })).toBe('c2');
});

test('a heartbeat moves the cursor on', () => {
  expect(cursorAfter('c1', { kind: 'HEARTBEAT', snapshotComplete: true, cursor: 'c2' })).toBe('c2');
});

test('a reset forgets the cursor', () => {
  expect(cursorAfter('c1', { kind: 'RESET', snapshotComplete: false, cursor: 'c2' })).toBe(null);
});

test('a lost link keeps the time when the server was last heard', () => {
  const link = linkAfter({ state: 'live', heardAt: 1000 }, 'closed', 9000);

  expect(link).toEqual({ state: 'lost', heardAt: 1000 });
});

test('the page is refreshing from a reset until the snapshot is complete', () => {
  const reset = linkAfter({ state: 'live', heardAt: 1 }, eventOf({ kind: 'RESET', snapshotComplete: false }), 2);
  const partial = linkAfter(reset, eventOf({ kind: 'SNAPSHOT', snapshotComplete: false }), 3);
  const whole = linkAfter(partial, eventOf({ kind: 'SNAPSHOT', snapshotComplete: true }), 4);

  expect([reset, partial, whole].map((link) => link.state)).toEqual(['refreshing', 'refreshing', 'live']);
});

test('attempts to connect come at doubling distances, at most five seconds, spread by half', () => {
  expect([0, 1, 2, 10].map((retries) => retryDelayMs(retries, 0.5))).toEqual([250, 500, 1000, 5000]);
  expect(retryDelayMs(10, 0)).toBe(2500);
});

test('only the words for “not there” and “not for you” are a refusal', () => {
  expect(areRefusal([{ extensions: { code: 'NOT_FOUND' } }])).toBe(true);
  expect(areRefusal([{ extensions: { code: 'INTERNAL' } }])).toBe(false);
  expect(areRefusal(new Event('close'))).toBe(false);
  expect(areRefusal(undefined)).toBe(false);
});
