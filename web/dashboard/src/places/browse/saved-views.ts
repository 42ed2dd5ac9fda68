import { addressIn, EVERYTHING, type Filter, searchFor } from '../../lib/place';
import { Value } from '../../lib/value';

/** A filter of all jobs, with its order, under a name. */
export interface SavedView {
  readonly name: string;
  readonly filter: Filter;
}

/** Views that everybody has. */
export const GIVEN_VIEWS: readonly SavedView[] = [
  { name: 'All', filter: EVERYTHING },
  { name: 'In progress', filter: { ...EVERYTHING, statuses: ['QUEUED', 'LAUNCHED', 'STARTED', 'WAITING', 'RUNNING'] } },
  { name: 'Failed', filter: { ...EVERYTHING, statuses: ['FAILED'], sort: '-updated_at' } },
];

const KEPT = 'lanekeeper-views';

/** The query string of a filter, by which views are kept and told apart. */
export const searchOf = (filter: Filter): string => searchFor({ place: { kind: 'browse', filter }, overlay: null });

/** Read `{name: query string}`; what does not read is left out. */
export function viewsIn(text: string | null): SavedView[] {
  try {
    return Object.entries(JSON.parse(text ?? '{}') as Record<string, string>).flatMap(([name, search]) => {
      const { place } = addressIn(search);
      return place.kind === 'browse' ? { name, filter: place.filter } : [];
    });
  } catch {
    return [];
  }
}

export const textOf = (views: readonly SavedView[]): string => JSON.stringify(Object.fromEntries(views.map(({ name, filter }) => [name, searchOf(filter)])));

/** The views of this browser's user, oldest first. */
export const savedViews = new Value<readonly SavedView[]>(viewsIn(globalThis.localStorage?.getItem(KEPT) ?? null));

function keep(views: readonly SavedView[]): void {
  localStorage.setItem(KEPT, textOf(views));
  savedViews.set(views);
}

const others = (name: string): SavedView[] => savedViews.get().filter((view) => view.name !== name);

/** Keep the filter under this name, in place of another one of the name. */
export const saveView = (name: string, filter: Filter): void => keep([...others(name), { name, filter }]);

export const forgetView = (name: string): void => keep(others(name));
