import { type Address, addressIn, type Overlay, type Place, searchFor } from './place';
import { Value } from './value';

/** Where the page is, read from the address bar; Back and Forward change it too. */
export const address = new Value<Address>(addressIn(globalThis.location?.search ?? ''));

globalThis.addEventListener?.('popstate', () => address.set(addressIn(location.search)));

/** The link to an address, for `href`. */
export const linkTo = (place: Place, overlay: Overlay | null = null): string => searchFor({ place, overlay });

function write(next: Address, how: 'push' | 'replace'): void {
  const search = searchFor(next);
  if (search === searchFor(address.get())) return;
  history[`${how}State`](null, '', location.pathname + search);
  address.set(addressIn(search));
}

/** Go to a place; a dialog over the present one is left behind, in the history. */
export function goTo(place: Place, overlay: Overlay | null = null): void {
  write({ place, overlay }, 'push');
}

/** Show the same place otherwise, without a step in the history. */
export function refine(place: Place): void {
  write({ ...address.get(), place }, 'replace');
}

/** Open a dialog over the present place, in place of the one that is open. */
export function openOverlay(overlay: Overlay): void {
  write({ place: address.get().place, overlay }, 'push');
}

/** Change what the open dialog shows, without a step in the history. */
export function refineOverlay(overlay: Overlay): void {
  write({ place: address.get().place, overlay }, 'replace');
}

export function closeOverlay(): void {
  write({ place: address.get().place, overlay: null }, 'push');
}
