/** Listeners by key: a change of one job wakes the card of that job and no other. */
export class Listeners {
  readonly #byKey = new Map<string, Set<() => void>>();

  add(key: string, listener: () => void): () => void {
    const held = this.#byKey.get(key) ?? new Set();
    held.add(listener);
    this.#byKey.set(key, held);
    return () => {
      held.delete(listener);
      if (held.size === 0 && this.#byKey.get(key) === held) this.#byKey.delete(key);
    };
  }

  call(keys: Iterable<string>): void {
    for (const key of keys) this.#byKey.get(key)?.forEach((listener) => listener());
  }
}
