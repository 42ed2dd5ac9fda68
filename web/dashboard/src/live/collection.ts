import { Value } from '../lib/value';
import { type Arrival, Members } from './members';
import { type Row, Table } from './table';

/** The objects of one kind that a stream tells of. */
export interface Held<T> {
  readonly rows: readonly T[];
  /** Whether all are here: the first snapshot is complete. */
  readonly isWhole: boolean;
}

/** A short list of objects that follows a stream; every change of any of them is a new list. */
export class Collection<T extends Row> {
  readonly held = new Value<Held<T>>({ rows: [], isWhole: false });
  readonly #rows = new Table<T>();
  readonly #members = new Members();
  readonly #order: (a: T, b: T) => number;

  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  /** A connection begins, so an unfinished snapshot starts again. */
  reconnected(): void {
    this.#members.restart();
  }

  hear(message: Omit<Arrival, 'upserted'> & { readonly upserted: readonly T[] }): void {
    const { left, deleted } = this.#members.take(message);
    const news = message.upserted.filter((row) => this.#rows.put(row));
    const gone = [...left, ...deleted].filter((id) => this.#rows.remove(id));
    const isWhole = this.held.get().isWhole || message.snapshotComplete;
    if (news.length + gone.length === 0 && isWhole === this.held.get().isWhole) return;
    this.held.set({ rows: [...this.#rows.rows()].toSorted(this.#order), isWhole });
  }
}
