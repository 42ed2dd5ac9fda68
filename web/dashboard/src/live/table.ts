/** What every object of the API carries: its global id and its change counter. */
export interface Row {
  id: string;
  revision: number;
}

function isNews(held: Row, row: Row): boolean {
  if (row.revision !== held.revision) return row.revision > held.revision;
  return JSON.stringify(row) !== JSON.stringify(held);
}

/** The newest known state of each object of one kind, by id. */
export class Table<T extends Row> {
  readonly #rows = new Map<string, T>();

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  rows(): IterableIterator<T> {
    return this.#rows.values();
  }

  /**
   * Keep this state unless a newer one is held; true if anything is different now.
   * An equal revision with other content is taken too: computed fields, such as the free slots of a
   * target, may change without a new revision. An object that reads the same keeps its identity.
   */
  put(row: T): boolean {
    const held = this.#rows.get(row.id);
    if (held && !isNews(held, row)) return false;
    this.#rows.set(row.id, row);
    return true;
  }

  remove(id: string): boolean {
    return this.#rows.delete(id);
  }
}
