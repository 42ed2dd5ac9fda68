import { expect, test } from 'vitest';
import { searchFilter, type TypeName } from './job-search';

const TYPES: TypeName[] = [
  { id: 't1', key: 'ctf_estimation', title: 'CTF Estimation' },
  { id: 't2', key: 'blob_picker', title: 'Blob Picker' },
];

test.each([
  ['', {}],
  ['ribosome', { and: [{ or: [{ text: 'ribosome' }] }] }],
  ['P3 ctf', { and: [{ or: [{ text: 'P3' }, { projectUids: ['P3'] }] }, { or: [{ text: 'ctf' }, { types: ['ctf_estimation'] }] }] }],
  ['j12', { and: [{ or: [{ text: 'j12' }, { jobUids: ['J12'] }] }] }],
  ['p3.j12', { and: [{ or: [{ text: 'p3.j12' }, { projectUids: ['P3'], jobUids: ['J12'] }] }] }],
])('"%s" looks for titles, types and numbers alike', (text, filter) => {
  expect(searchFilter(text, TYPES)).toEqual(filter);
});

test('no more words are looked at than a filter may have', () => {
  expect(searchFilter('a b c d e f g h i j', []).and).toHaveLength(8);
});
