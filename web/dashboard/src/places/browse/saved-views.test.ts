import { expect, test } from 'vitest';
import { EVERYTHING } from '../../lib/place';
import { searchOf, textOf, viewsIn } from './saved-views';

test('views come back as they were kept', () => {
  const views = [{ name: 'Mine, of gpu', filter: { ...EVERYTHING, lanes: ['gpu'], statuses: ['FAILED'], text: 'a & b', sort: 'priority' } }];

  expect(viewsIn(textOf(views))).toEqual(views);
});

test.each([[null], ['nonsense'], ['{"Home": "?", "Job": 3}']])('%s holds no view', (text) => {
  expect(viewsIn(text)).toEqual([]);
});

test('a view is told from another by its address', () => {
  expect(searchOf({ ...EVERYTHING, lanes: ['gpu'] })).toBe('?all=jobs&lane=gpu');
});
