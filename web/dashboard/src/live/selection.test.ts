import { beforeEach, expect, test } from 'vitest';
import { addressIn } from '../lib/place';
import { clearSelection, extend, letGo, scopeOf, select, selection, selectRange, toggle } from './selection';

const ORDER = ['a', 'b', 'c', 'd'];
const ids = (): readonly string[] => selection.get().ids;

beforeEach(clearSelection);

test('toggling takes a job in and out', () => {
  toggle('s', 'a');
  toggle('s', 'b');
  toggle('s', 'a');

  expect(ids()).toEqual(['b']);
});

test('jobs that are gone are selected no more', () => {
  select('s', ['a', 'b', 'c']);

  letGo(['c', 'z']);

  expect(selection.get()).toEqual({ scope: 's', ids: ['a', 'b'], anchor: 'b' });
});

test('a selection of another view counts for nothing', () => {
  select('other', ['z']);

  toggle('s', 'a');

  expect(ids()).toEqual(['a']);
});

test('a range goes from the anchor in either direction and ends at the active job', () => {
  select('s', ['c']);

  selectRange('s', ORDER, 'a');
  expect(ids()).toEqual(['c', 'b', 'a']);

  selectRange('s', ORDER, 'd');
  expect(ids()).toEqual(['c', 'd']);
});

test('extending walks on from the active job and stops at the end', () => {
  select('s', ['b']);

  expect([extend('s', ORDER, 1), extend('s', ORDER, 1), extend('s', ORDER, 1)]).toEqual(['c', 'd', null]);
  expect(ids()).toEqual(['b', 'c', 'd']);
});

test('nothing is extended while nothing is selected', () => {
  expect(extend('s', ORDER, 1)).toBe(null);
  expect(ids()).toEqual([]);
});

test('a dialog has a selection of its own over that of its place', () => {
  expect(scopeOf(addressIn('?p=P1&w=W2'))).toBe('P1.W2');
  expect(scopeOf(addressIn('?p=P1&w=W2&jobs'))).toBe('current');
  expect(scopeOf(addressIn('?p=P1&w=W2&target=node'))).toBe('target node');
});
