import type { Shelf } from './shelf';

/** Calls back with true when the one job of a shelf is not there for this user any more, and with false when it is again. */
export function watchLoss(shelf: Shelf, onLoss: (isLost: boolean) => void): () => void {
  let wasHeld = false;
  let isLost = false;
  return shelf.watch('ids', () => {
    const isHeld = shelf.ids().length > 0;
    if (isHeld ? isLost : wasHeld) {
      isLost = !isHeld;
      onLoss(isLost);
    }
    wasHeld = isHeld;
  });
}
