import { expect, test } from 'vitest';
import { offersOf } from './offers';

const micrographs = { name: 'micrographs', type: 'exposure', title: 'Micrographs' };
const job = (uid: string, outputs: (typeof micrographs)[]) => ({ id: uid, uid, title: '', type: 'import', typeTitle: 'Import', outputs });

test('a job that has not run offers what its type promises, and a job never offers to itself', () => {
  const offers = offersOf([job('J1', []), job('J2', [micrographs]), job('J3', [])], [{ key: 'import', outputs: [micrographs] }], 'J3');

  expect(offers.map(({ job: from, output }) => [from, output])).toEqual([
    ['J2', 'micrographs'],
    ['J1', 'micrographs'],
  ]);
});
