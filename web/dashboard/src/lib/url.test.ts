import { expect, test } from 'vitest';
import { searchFor, viewOf } from './url';

test('an unknown view shows all jobs', () => {
  expect(viewOf('?view=everything')).toBe('all');
});

test('a view survives the way into the address and back', () => {
  expect(viewOf(searchFor('queued', ''))).toBe('queued');
});

test('choosing a view keeps the rest of the address', () => {
  expect(searchFor('active', '?lane=gpu&view=queued')).toBe('?lane=gpu&view=active');
});

test('the usual view leaves no trace in the address', () => {
  expect(searchFor('all', '?view=queued')).toBe('');
});
