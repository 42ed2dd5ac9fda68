import type { LaneList } from './lane-list';
import type { Target } from './objects';

/** Slots of one kind that jobs hold, of those that there are. */
export interface Use {
  readonly kind: 'GPU' | 'CPU' | 'RAM';
  readonly used: number;
  readonly total: number;
}

const useOf = (kind: Use['kind'], total: number | null, free: number | null): Use[] =>
  total === null || free === null ? [] : [{ kind, used: total - free, total }];

/** What the target counts; nothing of a cluster that does its own counting. */
const countedIn = (target: Target): Use[] => [
  ...useOf('GPU', target.gpuTotal, target.gpuFree),
  ...useOf('CPU', target.cpuTotal, target.cpuFree),
  ...useOf('RAM', target.ramSlotsTotal, target.ramSlotsFree),
];

/** The use of each kind of slots that the target has. */
export const usesOf = (target: Target): Use[] => countedIn(target).filter(({ total }) => total > 0);

/** Whether jobs hold slots of the target; a cluster, which counts none, is in use while its lane has active jobs. */
export function isInUse(target: Target, list: LaneList): boolean {
  const uses = countedIn(target);
  return uses.length === 0 ? list.active.length > 0 : uses.some(({ used }) => used > 0);
}

/** The slots in use of those that the target has: "GPU 2/4 · CPU 6/16 · RAM 3/8". */
export const slotsText = (target: Target): string =>
  usesOf(target)
    .map(({ kind, used, total }) => `${kind} ${used}/${total}`)
    .join(' · ');
