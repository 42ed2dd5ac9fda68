import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';

const address = new URL('../graphql', document.baseURI);
const socketAddress = new URL(address);
socketAddress.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';

/** Asks the API beside this page, signed in by the session cookie; subscriptions go over a WebSocket. */
export const fetcher = createGraphiQLFetcher({
  url: address.href,
  fetch: (url, options) => fetch(url, { ...options, credentials: 'same-origin' }),
  wsClient: createClient({ url: socketAddress.href, keepAlive: 10_000 }),
});
