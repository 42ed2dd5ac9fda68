import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Value } from '../lib/value';
import type { ActionName } from './actions';
import type { Board } from './board';
import type { Job, Lane } from './objects';
import type { LaneList } from './lane-list';
import type { Store } from './store';

export const BoardContext = createContext<Board | null>(null);

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

/** What the user has just asked of this job, if it is still under way. */
export function useIntent(id: string): ActionName | undefined {
  const { intents } = useBoard().actions;
  return useSyncExternalStore(intents.watch, () => intents.get().get(id));
}
