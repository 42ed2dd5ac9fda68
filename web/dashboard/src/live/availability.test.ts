import { expect, test } from 'vitest';
import { countOpen, refusalOf } from './availability';

const job = (id: string, available: boolean) => ({
  id,
  actions: [{ action: 'KILL' as const, available, reasons: available ? [] : [{ code: 'NOT_KILLABLE' as const, message: 'It is not active.' }] }],
});

test('an action counts the jobs that it is open for, and tells each reason once', () => {
  const known = countOpen(['kill'], [job('a', true), job('b', false), job('c', false), null]);

  expect(known.get('kill')).toEqual({ open: 1, total: 3, reasons: ['It is not active.'] });
  expect(refusalOf(known, 'kill')).toBe(undefined);
});

test('an action that is open for none is refused with its reason', () => {
  expect(refusalOf(countOpen(['kill'], [job('a', false)]), 'kill')).toBe('It is not active.');
});

test('nothing is refused before the server has answered', () => {
  expect(refusalOf(null, 'kill')).toBe(undefined);
});

test('deleting a job with children is open, since its dialog names them', () => {
  const reasons = [{ code: 'HAS_DESCENDANTS' as const, message: 'J2 uses it.' }];
  const protectedJob = { id: 'a', actions: [{ action: 'DELETE' as const, available: false, reasons }] };
  const finalJob = { id: 'b', actions: [{ action: 'DELETE' as const, available: false, reasons: [{ code: 'FINAL_RESULT_PROTECTED' as const, message: 'It is final.' }] }] };

  expect(countOpen(['delete'], [protectedJob, finalJob]).get('delete')).toEqual({ open: 1, total: 2, reasons: ['It is final.'] });
});

test('two actions by one word of the server count each job once', () => {
  const said = { action: 'SET_FINAL_RESULT' as const, available: true, reasons: [] };

  const known = countOpen(['final', 'not_final'], [{ id: 'a', actions: [said, said] }]);

  expect([...known.values()].map(({ open, total }) => [open, total])).toEqual([
    [1, 1],
    [1, 1],
  ]);
});
