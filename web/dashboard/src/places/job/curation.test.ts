import { expect, test } from 'vitest';
import { type Choices, curatedIn, decided, type Exposure, histogram, isAccepted, limited, NO_CHOICES, replyOf } from './curation';

const row = (index: number, defocus: number | null) => ({ index, name: `m${index}`, image: null, defocus_A: defocus });
const DATA = { measures: { defocus_A: 'Defocus (Å)' }, exposures: [row(0, 9000), row(1, 12000), row(2, null), row(3, 30000)] };
const curated = curatedIn(DATA);
const exposures = curated?.exposures ?? [];
const at = (index: number): Exposure => exposures[index] as Exposure;
const within: Choices = limited(NO_CHOICES, 'defocus_A', { min: 10000, max: 20000 });

const kept = (choices: Choices): number[] => exposures.filter((one) => isAccepted(one, choices)).map(({ index }) => index);

test('the exposures of a question are read with the range of each measure', () => {
  expect(curated?.measures).toEqual([{ name: 'defocus_A', title: 'Defocus (Å)', least: 9000, most: 30000 }]);
  expect(at(2)).toEqual({ index: 2, name: 'm2', image: null, values: { defocus_A: null } });
});

test.each([null, {}, { exposures: [] }, { exposures: [{}], measures: {} }])('%j holds no exposures', (data) => {
  expect(curatedIn(data)).toBe(null);
});

test('without limits all are accepted, within limits those that are known to be', () => {
  expect(kept(NO_CHOICES)).toEqual([0, 1, 2, 3]);
  expect(kept(within)).toEqual([1]);
  expect(kept(limited(within, 'defocus_A', { min: null, max: 12000 }))).toEqual([0, 1]);
});

test('what is decided by hand comes last, and goes when the limits say the same', () => {
  const byHand = decided(at(3), decided(at(1), within, false), true);
  expect(kept(byHand)).toEqual([3]);
  expect(replyOf(byHand)).toEqual({ thresholds: { defocus_A: { min: 10000, max: 20000 } }, accepted: [3], rejected: [1] });

  expect(decided(at(1), byHand, true).byHand).toEqual({ 3: true });
});

test('limits that were emptied are not sent', () => {
  expect(replyOf(limited(within, 'defocus_A', { min: null, max: null }))).toEqual({ thresholds: {}, accepted: [], rejected: [] });
});

test('a histogram counts the least and the greatest value too', () => {
  expect(histogram([0, 4, 5, 10], { name: 'x', title: 'x', least: 0, most: 10 }, 2)).toEqual([2, 2]);
  expect(histogram([7, 7], { name: 'x', title: 'x', least: 7, most: 7 }, 2)).toEqual([2, 0]);
});
