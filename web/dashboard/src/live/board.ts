import type { Client } from 'graphql-ws';
import {
  CurrentJobsChangesDocument,
  EndedJobDocument,
  NotificationsDocument,
  OperationChangesDocument,
  ViewerDocument,
} from '../gql/graphql';
import { NotSignedIn, request } from '../lib/api';
import { setServerTime } from '../lib/clock';
import { Batch } from '../lib/frames';
import { Value } from '../lib/value';
import { Actions } from './actions';
import { openFeed } from './feed';
import { eventOf, type Link, linkAfter, type LinkEvent } from './link';
import { type NotificationMessage, Notifications } from './notifications';
import type { FirstPage, Instance, Message, Viewer } from './objects';
import { compareBuilds } from './build';
import { endText, type Operation, type OperationMessage, Operations } from './operations';
import { Sources } from './sources';
import { openSocket } from './socket';
import { Store } from './store';
import { Toasts } from './toasts';

/** What the page has open: its connection, what it holds, how fresh that is, and what may be done. */
export interface Board {
  readonly viewer: Viewer;
  readonly store: Store;
  readonly link: Value<Link>;
  readonly actions: Actions;
  readonly operations: Operations;
  readonly toasts: Toasts;
  /** Finds a job by its id in whatever is open. */
  readonly sources: Sources;
  /** The one connection that all streams share. */
  readonly client: Client;
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

function openLinked(link: Value<Link>, onSignedOut: () => void): { client: Client; note: (event: LinkEvent) => void } {
  const note = (event: LinkEvent): void => link.set(linkAfter(link.get(), event, Date.now()));
  let connections = 0;
  const client = openSocket({
    onConnected: () => {
      connections += 1;
      if (connections > 1) void compareBuilds(); // it may be another server than the one that gave the page
      note('connected');
    },
    onAlive: () => note('alive'),
    onClosed: () => note('closed'),
    onInDoubt: () => void isSignedIn().then((known) => known || onSignedOut()),
  });
  return { client, note };
}

function tellEnd(toasts: Toasts, ended: Operation): void {
  const text = endText(ended);
  if (text) toasts.bad(text);
}

/** Show the first screen and follow its changes from there. */
export function openBoard({ viewer, instance, page }: FirstScreen, onSignedOut: () => void): Board {
  const store = new Store();
  const link = new Value<Link>({ state: 'connecting', heardAt: Date.now() });
  const toasts = new Toasts();
  const operations = new Operations((ended) => tellEnd(toasts, ended));
  const notifications = new Notifications(toasts);
  const batch = new Batch<Message>((messages) => {
    for (const id of store.take(messages)) void settle(store, id);
  });
  const isWhole = store.open(page, instance);
  const { client, note } = openLinked(link, onSignedOut);
  const hear = (message: Message): void => {
    setServerTime(message.emittedAt);
    note(eventOf(message));
    batch.add(message);
  };
  const stops = [
    openFeed<Message>(client, {
      document: CurrentJobsChangesDocument,
      after: isWhole ? page.cursor : null,
      onMessage: hear,
      onBegin: () => {
        batch.flush();
        store.reconnected();
      },
      onEnd: () => note('closed'),
    }),
    openFeed<OperationMessage>(client, { document: OperationChangesDocument, onMessage: (message) => operations.hear(message) }),
    openFeed<NotificationMessage>(client, { document: NotificationsDocument, onMessage: (message) => notifications.hear(message) }),
  ];
  const close = (): void => {
    stops.forEach((stop) => stop());
    batch.drop();
    void client.dispose();
  };
  return { viewer, store, link, actions: new Actions(store, operations, toasts), operations, toasts, sources: new Sources(store), client, close };
}
