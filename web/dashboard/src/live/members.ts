import type { StreamMessage } from './feed';

/** Which objects left the feed with one message. */
export interface Departures {
  /** No longer told of; they may still exist. */
  left: string[];
  /** Gone everywhere. */
  deleted: string[];
}

/** As much of a message as tells who comes and who goes. */
export interface Arrival extends Pick<StreamMessage, 'kind' | 'snapshotComplete'> {
  readonly upserted: readonly { readonly id: string }[];
  readonly removed: readonly { readonly id: string; readonly deleted: boolean }[];
}

/** The ids of the objects that a stream holds, as its snapshots and deltas tell. */
export class Members {
  #held = new Set<string>();
  #snapshot: Set<string> | null = null;

  has(id: string): boolean {
    return this.#held.has(id);
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#held.add(id);
      this.#snapshot?.add(id);
    }
  }

  /** A connection begins: a snapshot that was not complete comes again from its start. */
  restart(): void {
    this.#snapshot = null;
  }

  take(message: Arrival): Departures {
    if (message.kind === 'RESET') this.#snapshot = null;
    if (message.kind === 'SNAPSHOT') this.#snapshot ??= new Set();
    this.add(message.upserted.map(({ id }) => id));
    const departures = this.remove(message.removed);
    if (message.kind === 'SNAPSHOT' && message.snapshotComplete) departures.left.push(...this.settle());
    return departures;
  }

  private remove(removed: Arrival['removed']): Departures {
    const departures: Departures = { left: [], deleted: [] };
    for (const { id, deleted } of removed) {
      const wasHeld = this.#held.delete(id);
      this.#snapshot?.delete(id);
      if (deleted) departures.deleted.push(id);
      else if (wasHeld) departures.left.push(id);
    }
    return departures;
  }

  /** The snapshot is complete: whoever is not in it has left. */
  private settle(): string[] {
    const present = this.#snapshot ?? new Set<string>();
    const left = [...this.#held].filter((id) => !present.has(id));
    this.#held = present;
    this.#snapshot = null;
    return left;
  }
}
