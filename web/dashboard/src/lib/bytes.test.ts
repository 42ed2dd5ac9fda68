import { expect, it } from 'vitest';
import { bytesText } from './bytes';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [3_449_000, '3.4 MB'],
  [9_960_000, '10 MB'],
  [120_000_000_000, '120 GB'],
])('%d bytes read %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
