import { expect, test } from 'vitest';
import { categoriesOf } from './categories';

const type = (key: string, category: string, stability = 'STABLE') => ({ key, title: key, category, stability, description: '' });
const TYPES = [type('import', 'IMPORT'), type('ctf', 'CTF_ESTIMATION'), type('old', 'IMPORT', 'OBSOLETE')];

test('types stand under their category, and obsolete ones nowhere', () => {
  const found = categoriesOf(TYPES, '').map(({ name, types }) => [name, types.map(({ key }) => key)]);

  expect(found).toEqual([
    ['Import', ['import']],
    ['CTF estimation', ['ctf']],
  ]);
});

test('typing leaves only what is found', () => {
  expect(categoriesOf(TYPES, 'CT').map(({ name }) => name)).toEqual(['CTF estimation']);
});
