import type { Message } from './objects';

/** Which jobs left the feed with one message. */
export interface Departures {
  /** No longer queued or active; they still exist. */
  left: string[];
  /** Gone everywhere. */
  deleted: string[];
}

type Arrival = Pick<Message, 'kind' | 'snapshotComplete' | 'upsertedJobs' | 'removedJobs'>;

/** The ids of the jobs that the feed holds, as its snapshots and deltas tell. */
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
    this.add(message.upsertedJobs.map((job) => job.id));
    const departures = this.remove(message.removedJobs);
    if (message.kind === 'SNAPSHOT' && message.snapshotComplete) departures.left.push(...this.settle());
    return departures;
  }

  private remove(removed: Arrival['removedJobs']): Departures {
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
