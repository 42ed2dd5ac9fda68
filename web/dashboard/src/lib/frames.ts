/** Hidden tabs get no animation frames; without this timer their queue would grow for ever. */
const HIDDEN_FLUSH_MS = 1000;

/** Calls back once, soon; returns how to call it off. */
export type Schedule = (flush: () => void) => () => void;

/** At the next animation frame, or within a second if there is none. */
export const nextFrame: Schedule = (flush) => {
  const frame = requestAnimationFrame(flush);
  const timer = setTimeout(flush, HIDDEN_FLUSH_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
};

/** Gathers what arrives and hands it over in order, all at once, when the schedule says so. */
export class Batch<T> {
  readonly #take: (items: T[]) => void;
  readonly #schedule: Schedule;
  #items: T[] = [];
  #callOff: (() => void) | null = null;

  constructor(take: (items: T[]) => void, schedule: Schedule = nextFrame) {
    this.#take = take;
    this.#schedule = schedule;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#callOff ??= this.#schedule(() => this.flush());
  }

  flush(): void {
    this.clearSchedule();
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#take(items);
  }

  /** Forget what was not handed over yet. */
  drop(): void {
    this.clearSchedule();
    this.#items = [];
  }

  private clearSchedule(): void {
    this.#callOff?.();
    this.#callOff = null;
  }
}
