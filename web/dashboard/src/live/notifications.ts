import type { NotificationsSubscription } from '../gql/graphql';
import type { Toasts } from './toasts';

export type NotificationMessage = NotificationsSubscription['notificationChanges'];

/** Shows what the server tells this user: by a toast, and by the browser when the page is hidden and may do so. */
export class Notifications {
  readonly #toasts: Toasts;
  readonly #seen = new Set<string>();

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
  }

  /** What a snapshot brings has been told before: only news is shown. */
  hear(message: NotificationMessage): void {
    for (const { id, status, message: text } of message.upserted) {
      if (this.#seen.has(id)) continue;
      this.#seen.add(id);
      if (message.kind === 'DELTA') this.tell(text, status === 'DANGER');
    }
  }

  private tell(text: string, isTrouble: boolean): void {
    if (isTrouble) this.#toasts.bad(text);
    else this.#toasts.good(text);
    const mayNotify = 'Notification' in globalThis && Notification.permission === 'granted';
    if (document.hidden && mayNotify) new Notification('Lanekeeper', { body: text });
  }
}
