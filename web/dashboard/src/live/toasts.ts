import { Value } from '../lib/value';

/** A short message to the user; one that reports trouble stays until it is dismissed. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  /** Takes back what the message tells of. */
  readonly undo?: () => void;
}

const SHOWN_MS = 7_000;

export class Toasts {
  readonly shown = new Value<readonly Toast[]>([]);
  #last = 0;

  good(text: string, undo?: () => void): Toast {
    const toast = this.add({ text, tone: 'good', ...(undo && { undo }) });
    setTimeout(() => this.dismiss(toast), SHOWN_MS);
    return toast;
  }

  bad(text: string): void {
    if (this.shown.get().some((toast) => toast.text === text)) return;
    this.add({ text, tone: 'bad' });
  }

  dismiss(toast: Toast): void {
    this.shown.set(this.shown.get().filter((held) => held.id !== toast.id));
  }

  private add(given: Omit<Toast, 'id'>): Toast {
    this.#last += 1;
    const toast = { ...given, id: this.#last };
    this.shown.set([...this.shown.get(), toast]);
    return toast;
  }
}
