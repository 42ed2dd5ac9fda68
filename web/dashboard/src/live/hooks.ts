import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Value } from '../lib/value';
import type { ActionId } from './action-table';
import type { Board } from './board';
import type { LaneList } from './lane-list';
import type { Job, Lane } from './objects';
import { selection } from './selection';
import type { JobRow, Shelf } from './shelf';
import type { Store } from './store';

export const BoardContext = createContext<Board | null>(null);

/** The shelf that the place at hand shows. */
export const ShelfContext = createContext<Shelf | null>(null);

/** The open board; only below BoardContext. */
export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error('useBoard outside of a board');
  return board;
}

export function useValue<T>(value: Value<T>): T {
  return useSyncExternalStore(value.watch, value.get);
}

/** Read something of the store, again whenever the key is touched. */
export function useStore<T>(key: string, read: (store: Store) => T): T {
  const { store } = useBoard();
  const watch = useCallback((listener: () => void) => store.watch(key, listener), [store, key]);
  return useSyncExternalStore(watch, () => read(store));
}

export const useJob = (id: string): Job | undefined => useStore(`job:${id}`, (store) => store.job(id));
export const useLane = (name: string): Lane | undefined => useStore(`lane:${name}`, (store) => store.lane(name));
export const useLaneList = (name: string): LaneList => useStore(`lane:${name}`, (store) => store.laneList(name));

/** Read something of the shelf at hand, again whenever the key is touched. */
export function useShelf<T>(key: string, read: (shelf: Shelf) => T): T {
  const shelf = useContext(ShelfContext);
  if (!shelf) throw new Error('useShelf outside of a shelf');
  const watch = useCallback((listener: () => void) => shelf.watch(key, listener), [shelf, key]);
  return useSyncExternalStore(watch, () => read(shelf));
}

export const useRow = (id: string): JobRow | undefined => useShelf(`job:${id}`, (shelf) => shelf.job(id));

/** What the user has just asked of this job, if it is still under way. */
export function useIntent(id: string): ActionId | undefined {
  const { intents } = useBoard().actions;
  return useSyncExternalStore(intents.watch, () => intents.get().get(id));
}

const NO_IDS: readonly string[] = [];

/** The ids selected in a view. */
export function useSelection(scope: string): readonly string[] {
  return useSyncExternalStore(selection.watch, () => (selection.get().scope === scope ? selection.get().ids : NO_IDS));
}

export function useIsSelected(scope: string, id: string): boolean {
  return useSyncExternalStore(selection.watch, () => selection.get().scope === scope && selection.get().ids.includes(id));
}

export function useIsActive(scope: string, id: string): boolean {
  return useSyncExternalStore(selection.watch, () => selection.get().scope === scope && selection.get().ids.at(-1) === id);
}

/** The newest state of a job that anything on screen holds. */
export function useAnyJob(id: string): Job | undefined {
  const { sources } = useBoard();
  const watch = useCallback((listener: () => void) => sources.watch(id, listener), [sources, id]);
  return useSyncExternalStore(watch, () => sources.find(id));
}

/** A resource that is opened with the component and closed with it; null until then. */
export function useOpened<T extends { close: () => void }>(open: () => T, identity: string): T | null {
  const [held, setHeld] = useState<{ identity: string; resource: T } | null>(null);
  useEffect(() => {
    const resource = open();
    setHeld({ identity, resource });
    return resource.close;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `identity` says when it is another one
  }, [identity]);
  return held?.identity === identity ? held.resource : null;
}
