import type { KeyboardEvent } from 'react';
import { select } from '../../live/selection';

/** ← and → go to the lane beside, and to its first job. */
export function focusNextLane(event: KeyboardEvent<HTMLElement>): void {
  const lanes = [...document.querySelectorAll<HTMLElement>('.lane-jobs')];
  const step = event.key === 'ArrowLeft' ? -1 : 1;
  const next = lanes[lanes.indexOf(event.currentTarget) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (next.dataset.first) select('current', [next.dataset.first]);
}
