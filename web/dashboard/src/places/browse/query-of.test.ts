import { expect, test } from 'vitest';
import { EVERYTHING } from '../../lib/place';
import { filterFor, orderFor } from './query-of';

test('only what is asked for stands in the filter, and only statuses that exist', () => {
  expect(filterFor(EVERYTHING)).toEqual({});
  expect(filterFor({ ...EVERYTHING, lanes: ['gpu'], statuses: ['RUNNING', 'NAPPING'], text: ' ctf ' })).toEqual({
    lanes: ['gpu'],
    statuses: ['RUNNING'],
    and: [{ or: [{ text: 'ctf' }] }],
  });
});

test.each([
  ['priority', 'PRIORITY', 'ASC'],
  ['-updated_at', 'UPDATED_AT', 'DESC'],
  ['nonsense', 'CREATED_AT', 'DESC'],
])('%s sorts by %s %s', (sort, field, direction) => {
  expect(orderFor(sort)).toEqual([{ field, direction }]);
});
