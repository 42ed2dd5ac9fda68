import type { Job } from './objects';
import type { Shelf } from './shelf';
import type { Store } from './store';

/** Everything open that holds jobs. */
export class Sources {
  readonly #store: Store;
  readonly #shelves = new Set<Shelf>();
  readonly #onChange = new Set<() => void>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Take a shelf in; answers how to let go of it. */
  add(shelf: Shelf): () => void {
    this.#shelves.add(shelf);
    this.#onChange.forEach((call) => call());
    return () => {
      this.#shelves.delete(shelf);
      this.#onChange.forEach((call) => call());
    };
  }

  /** The newest state held of a job; undefined if nothing on screen holds it. */
  find(id: string): Job | undefined {
    const held = [...this.#shelves].flatMap((shelf) => shelf.job(id) ?? []);
    const current = this.#store.job(id);
    return [...held, ...(current ? [current] : [])].toSorted((a, b) => b.revision - a.revision)[0];
  }

  /** Calls back whenever the job may read differently, also in what is opened later. */
  watch(id: string, listener: () => void): () => void {
    const follow = (): (() => void)[] => [this.#store, ...this.#shelves].map((source) => source.watch(`job:${id}`, listener));
    let stops = follow();
    const again = (): void => {
      stops.forEach((stop) => stop());
      stops = follow();
      listener();
    };
    this.#onChange.add(again);
    return () => {
      this.#onChange.delete(again);
      stops.forEach((stop) => stop());
    };
  }
}
