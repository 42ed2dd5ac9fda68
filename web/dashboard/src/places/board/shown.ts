import type { LaneList } from '../../live/lane-list';
import type { View } from '../../lib/view';

/** The jobs of a lane in one view, in the order they are drawn. */
export function shownIn(view: View, list: LaneList): readonly string[] {
  if (view === 'queued') return list.queued;
  if (view === 'active') return list.active;
  return [...list.active, ...list.queued];
}

/** The number in a lane's header: "8", or "3 / 8" when a filter hides some. */
export function countText(shown: number, total: number): string {
  return shown === total ? String(total) : `${shown} / ${total}`;
}
