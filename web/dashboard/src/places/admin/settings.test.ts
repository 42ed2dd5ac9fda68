import { expect, test } from 'vitest';
import { changesOf } from './settings';

test('only what was changed is sent, each as what it is', () => {
  const before = { bannerMessage: 'Hello', maintenance: '', tokenLimit: '8', fairShare: '0', defaultLane: 'default' };

  expect(changesOf(before, { ...before, maintenance: 'yes', fairShare: '0.5' })).toEqual({ maintenance: true, fairShare: 0.5 });
  expect(changesOf(before, { ...before, tokenLimit: '', bannerMessage: '' })).toEqual({ tokenLimit: null, bannerMessage: null });
});
