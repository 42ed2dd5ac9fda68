import { expect, test } from 'vitest';
import { keptText, type ParamSpec, paramProblem, paramValue, sectionsOf } from './param-values';

const spec = (given: Partial<ParamSpec>): ParamSpec => ({
  name: 'x',
  title: 'X',
  description: '',
  type: 'INTEGER',
  default: null,
  enumValues: null,
  minimum: 1,
  maximum: 10,
  advanced: false,
  section: null,
  required: false,
  ...given,
});

test.each([
  ['', undefined],
  ['5', undefined],
  ['five', 'A number is needed.'],
  ['5.5', 'A whole number is needed.'],
  ['0', 'At least 1.'],
  ['11', 'At most 10.'],
])('of a whole number from 1 to 10, "%s" gives: %s', (text, problem) => {
  expect(paramProblem(spec({}), text)).toBe(problem);
});

test.each([
  [spec({ type: 'NUMBER' }), '2.5', 2.5],
  [spec({ type: 'BOOLEAN' }), 'true', true],
  [spec({ type: 'ENUM', enumValues: [1, 2] }), '2', 2],
  [spec({ type: 'LIST' }), 'a, b', ['a', 'b']],
  [spec({ type: 'LIST' }), '[1, 2]', [1, 2]],
  [spec({ type: 'STRING' }), '7', '7'],
])('%j turns "%s" into its value', (of, text, value) => {
  expect(paramValue(of, text)).toEqual(value);
});

test.each([
  ['5', '5', '7', '7'],
  ['56', '5', '5', '56'],
  ['56', '', '5', '56'],
])('of "%s", begun from "%s", stands after "%s" was saved: "%s"', (text, from, saved, stands) => {
  expect(keptText({ text, from }, saved)).toEqual({ text: stands, from: saved });
});

test('parameters without a section are general ones', () => {
  expect(sectionsOf([spec({ name: 'a', section: 'S' }), spec({ name: 'b' })]).map(({ name }) => name)).toEqual(['S', 'General']);
});
