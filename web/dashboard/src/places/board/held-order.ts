import { useState } from 'react';

/** The order for a hand that is on the list: those known stay where they are, newcomers stand at the end, and who left is gone. */
export function heldOrder(before: readonly string[], now: readonly string[]): readonly string[] {
  const present = new Set(now);
  const known = new Set(before);
  return [...before.filter((id) => present.has(id)), ...now.filter((id) => !known.has(id))];
}

/** How many stand elsewhere than they would. */
export const movedCount = (held: readonly string[], now: readonly string[]): number => held.filter((id, index) => id !== now[index]).length;

/** Nothing is moved under the pointer or between two keys: the order waits until it is applied, or the hand is gone. */
export function useHeldOrder(now: readonly string[], isHeld: boolean): { order: readonly string[]; moved: number; apply: () => void } {
  const [order, setOrder] = useState(now);
  const next = isHeld ? heldOrder(order, now) : now;
  if (next.length !== order.length || movedCount(next, order) > 0) setOrder(next);
  return { order, moved: movedCount(order, now), apply: () => setOrder(now) };
}
