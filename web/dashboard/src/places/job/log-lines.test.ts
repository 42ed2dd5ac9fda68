import { expect, test } from 'vitest';
import { append, linesIn, type LogEntry, type LogLine, olderThan, replaceEntry } from './log-lines';

const line = (key: string): LogLine => ({ key, time: '', text: key, tone: 'text', pictures: [] });

test('a text of several lines makes a row of each, with its tone', () => {
  const entry = { __typename: 'TextEvent' as const, id: 'e1', createdAt: 't', type: 'ERROR' as const, text: 'one\ntwo\n' };

  expect(linesIn(entry).map(({ key, text, tone }) => [key, text, tone])).toEqual([
    ['e1 0', 'one', 'error'],
    ['e1 1', 'two', 'error'],
  ]);
});

test('the oldest rows fall out beyond what is kept', () => {
  const { lines, dropped } = append([line('a'), line('b')], [line('c'), line('d')], 3);

  expect(lines.map(({ key }) => key)).toEqual(['b', 'c', 'd']);
  expect(dropped).toBe(1);
});

test.each([
  ['the end of the log, part of which is held', ['a', 'b', 'c', 'd'], false, ['a', 'b']],
  ['a page before those held', ['a', 'b'], true, ['a', 'b']],
  ['the end of a log that has run ahead of the stream', ['x', 'y'], false, []],
])('of %s only what is older is put before', (_, page, endsBeforeHeld, older) => {
  const entries = page.map((id) => ({ id }) as LogEntry);

  expect(olderThan(entries, new Set(['c']), endsBeforeHeld).map(({ id }) => id)).toEqual(older);
});

test('an entry that has changed takes the place of its former rows', () => {
  const lines = [line('e1'), line('e2 0'), line('e2 1'), line('e3')];
  const entry = { __typename: 'TextEvent' as const, id: 'e2', createdAt: 't', type: 'TEXT' as const, text: 'new' };

  expect(replaceEntry(lines, entry).map(({ key, text }) => [key, text])).toEqual([
    ['e1', 'e1'],
    ['e2 0', 'new'],
    ['e3', 'e3'],
  ]);
});
