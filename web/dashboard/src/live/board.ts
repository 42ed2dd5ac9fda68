import { EndedJobDocument, ViewerDocument } from '../gql/graphql';
import { NotSignedIn, request } from '../lib/api';
import { setServerTime } from '../lib/clock';
import { Batch } from '../lib/frames';
import { Value } from '../lib/value';
import { Actions } from './actions';
import { openFeed } from './feed';
import { eventOf, type Link, linkAfter, type LinkEvent } from './link';
import type { FirstPage, Instance, Message, Viewer } from './objects';
import { openSocket } from './socket';
import { Store } from './store';

/** A live board: what it shows, how fresh that is, and what may be done. */
export interface Board {
  readonly viewer: Viewer;
  readonly store: Store;
  readonly link: Value<Link>;
  readonly actions: Actions;
  /** Let go of the connection. */
  readonly close: () => void;
}

export interface FirstScreen {
  viewer: Viewer;
  instance: Instance | null;
  page: FirstPage;
}

/** Read the last state of a job that left the board, once. A job that cannot be read is not shown. */
async function settle(store: Store, id: string): Promise<void> {
  const answer = await request(EndedJobDocument, { id }).catch(() => null);
  store.settle(id, answer?.job ?? null);
}

/** Whether the server still knows who we are; true as well while it cannot be asked. */
async function isSignedIn(): Promise<boolean> {
  try {
    return (await request(ViewerDocument, {})).viewer !== null;
  } catch (error) {
    return !(error instanceof NotSignedIn);
  }
}

/** Show the first screen and follow its changes from there. */
export function openBoard({ viewer, instance, page }: FirstScreen, onSignedOut: () => void): Board {
  const store = new Store();
  const link = new Value<Link>({ state: 'connecting', heardAt: Date.now() });
  const note = (event: LinkEvent): void => link.set(linkAfter(link.get(), event, Date.now()));
  const batch = new Batch<Message>((messages) => {
    for (const id of store.take(messages)) void settle(store, id);
  });
  const hear = (message: Message): void => {
    setServerTime(message.emittedAt);
    note(eventOf(message));
    batch.add(message);
  };
  const isWhole = store.open(page, instance);
  const client = openSocket({
    onConnected: () => {
      store.reconnected();
      note('connected');
    },
    onAlive: () => note('alive'),
    onClosed: () => note('closed'),
    onInDoubt: () => void isSignedIn().then((known) => known || onSignedOut()),
  });
  const after = isWhole ? page.cursor : null;
  const stop = openFeed(client, { after, onMessage: hear, onEnd: () => note('closed') });
  const close = (): void => {
    stop();
    batch.drop();
    void client.dispose();
  };
  return { viewer, store, link, actions: new Actions(store), close };
}
