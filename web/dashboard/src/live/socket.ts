import { type Client, createClient } from 'graphql-ws';
import { socketAddress } from '../lib/api';

/** Close codes of the server that mean: this session has ended. */
const SIGN_IN_CODES = [4401, 4403];
/** After so many failures in a row the reason may be one that a browser does not tell: a refused upgrade. */
const FAILURES_TO_DOUBT = 3;
const PING_MS = 10_000;
const PONG_MS = 5_000;
const RETRY_MS = { first: 250, last: 5_000 };

export interface SocketEvents {
  onConnected: () => void;
  /** The server answered a ping. */
  onAlive: () => void;
  onClosed: () => void;
  /** The session may have ended: ask. */
  onInDoubt: () => void;
}

/** How long to wait before attempt number `retries` (0 is the first): doubling, spread by half. */
export function retryDelayMs(retries: number, random: number): number {
  return Math.min(RETRY_MS.first * 2 ** retries, RETRY_MS.last) * (0.5 + random);
}

const isRefusal = (event: unknown): boolean => event instanceof CloseEvent && SIGN_IN_CODES.includes(event.code);

/** One WebSocket for everything live; it comes back by itself for as long as the page is open. */
export function openSocket(events: SocketEvents): Client {
  let failures = 0;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  const client = createClient({
    url: socketAddress(),
    lazy: false,
    keepAlive: PING_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((done) => setTimeout(done, retryDelayMs(retries, Math.random()))),
  });
  client.on('connected', (opened) => {
    failures = 0;
    socket = opened as WebSocket;
    events.onConnected();
  });
  client.on('ping', (received) => {
    if (!received) pongTimer = setTimeout(() => socket?.close(4408, 'no answer to a ping'), PONG_MS);
  });
  client.on('pong', () => {
    clearTimeout(pongTimer);
    events.onAlive();
  });
  client.on('closed', (event) => {
    clearTimeout(pongTimer);
    events.onClosed();
    failures += 1;
    if (isRefusal(event) || failures % FAILURES_TO_DOUBT === 0) events.onInDoubt();
  });
  return client;
}
