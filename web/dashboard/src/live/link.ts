import type { Message } from './objects';

/** The state of the connection that brings the news. */
export interface Link {
  /** `connecting` until the first message; `refreshing` while the server sends everything anew. */
  readonly state: 'connecting' | 'live' | 'refreshing' | 'lost';
  /** When the server was last heard, by this computer's clock, in milliseconds since 1970. */
  readonly heardAt: number;
}

/** What happens to a link; `alive` is a sign of life that says nothing about the data. */
export type LinkEvent = 'connected' | 'heard' | 'alive' | 'reset' | 'closed';

const STATE_AFTER: Record<LinkEvent, Link['state'] | null> = {
  connected: 'live',
  heard: 'live',
  alive: null,
  reset: 'refreshing',
  closed: 'lost',
};

/** The link after an event at this time (milliseconds since 1970). */
export function linkAfter(link: Link, event: LinkEvent, at: number): Link {
  return { state: STATE_AFTER[event] ?? link.state, heardAt: event === 'closed' ? link.heardAt : at };
}

/** What a message of the feed does to the link: while a snapshot arrives the page is being refreshed. */
export function eventOf(message: Pick<Message, 'kind' | 'snapshotComplete'>): LinkEvent {
  if (message.kind === 'RESET') return 'reset';
  return message.snapshotComplete ? 'heard' : 'alive';
}
