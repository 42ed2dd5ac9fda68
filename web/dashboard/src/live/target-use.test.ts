import { expect, test } from 'vitest';
import type { Target } from './objects';
import { isInUse, slotsText } from './target-use';

const node: Target = {
  id: 'target-1',
  revision: 1,
  name: 'gpu-a',
  title: 'gpu-a',
  laneName: 'gpu',
  type: 'NODE',
  online: true,
  drained: false,
  cpuTotal: 16,
  cpuFree: 10,
  gpuTotal: 4,
  gpuFree: 2,
  ramSlotsTotal: 8,
  ramSlotsFree: 8,
};
const cluster: Target = {
  ...node,
  type: 'CLUSTER',
  cpuTotal: null,
  cpuFree: null,
  gpuTotal: null,
  gpuFree: null,
  ramSlotsTotal: null,
  ramSlotsFree: null,
};
const idleLane = { active: [], queued: ['a'] };
const busyLane = { active: ['a'], queued: [] };

test('slots read as in use of all', () => {
  expect(slotsText(node)).toBe('GPU 2/4 · CPU 6/16 · RAM 0/8');
});

test('a machine without GPUs does not speak of them', () => {
  expect(slotsText({ ...node, gpuTotal: 0, gpuFree: 0 })).toBe('CPU 6/16 · RAM 0/8');
});

test('a node is in use by its slots, whatever its lane does', () => {
  expect(isInUse(node, idleLane)).toBe(true);
  expect(isInUse({ ...node, cpuFree: 16, gpuFree: 4 }, busyLane)).toBe(false);
});

test('a cluster is in use while its lane has active jobs', () => {
  expect(isInUse(cluster, busyLane)).toBe(true);
  expect(isInUse(cluster, idleLane)).toBe(false);
});
