import { expect, test } from 'vitest';
import { fieldsOf, typedValue } from './schema-form';

test('the fields of a schema keep its order, its titles and its choices', () => {
  const schema = { properties: { kept: { type: 'array', title: 'Kept' }, mode: { enum: ['a', 'b'] } }, required: ['mode'] };

  expect(fieldsOf(schema)).toEqual([
    { name: 'kept', title: 'Kept', type: 'array', required: false, choices: [] },
    { name: 'mode', title: 'mode', type: 'string', required: true, choices: ['a', 'b'] },
  ]);
});

test('no schema makes no fields', () => {
  expect(fieldsOf(null)).toEqual([]);
});

const of = (type: string) => ({ name: 'x', title: 'x', type, required: false, choices: [] });

test.each([
  ['integer', '3', 3],
  ['boolean', 'true', true],
  ['array', '[1, 2]', [1, 2]],
  ['array', '[1,', '[1,'],
  ['string', '3', '3'],
])('as %s, "%s" is %j', (type, text, value) => {
  expect(typedValue(of(type), text)).toEqual(value);
});
