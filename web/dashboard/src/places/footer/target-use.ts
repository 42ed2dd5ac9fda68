import type { LaneList } from '../../live/lane-list';
import type { Target } from '../../live/objects';

/** Slots of one kind: [in use, in all]; null where a cluster does its own counting. */
type Use = readonly [used: number, total: number] | null;

const useOf = (total: number | null, free: number | null): Use =>
  total === null || free === null ? null : [total - free, total];

const usesOf = (target: Target): Record<'GPU' | 'CPU' | 'RAM', Use> => ({
  GPU: useOf(target.gpuTotal, target.gpuFree),
  CPU: useOf(target.cpuTotal, target.cpuFree),
  RAM: useOf(target.ramSlotsTotal, target.ramSlotsFree),
});

/** Whether jobs hold slots of the target; a cluster, which counts none, is in use while its lane has active jobs. */
export function isInUse(target: Target, list: LaneList): boolean {
  const uses = Object.values(usesOf(target)).filter((use) => use !== null);
  return uses.length === 0 ? list.active.length > 0 : uses.some(([used]) => used > 0);
}

/** The slots in use of those that the target has: "GPU 2/4 · CPU 6/16 · RAM 3/8". */
export function slotsText(target: Target): string {
  return Object.entries(usesOf(target))
    .flatMap(([name, use]) => (use && use[1] > 0 ? `${name} ${use[0]}/${use[1]}` : []))
    .join(' · ');
}
