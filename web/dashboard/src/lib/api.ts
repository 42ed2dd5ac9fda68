import type { TypedDocumentString } from '../gql/graphql';

/** The server does not know who is asking: show the sign-in page. */
export class NotSignedIn extends Error {}

/** The server answered, with a refusal or a fault; `message` is for people. */
export class RequestRefused extends Error {}

interface GraphQLAnswer<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** An address below the one this page was loaded from, so that a path prefix of a proxy is kept. */
export function addressOf(path: string): URL {
  return new URL(path, document.baseURI);
}

/** The address of the GraphQL WebSocket beside this page. */
export function socketAddress(): string {
  const address = addressOf('graphql');
  address.search = '';
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}

function postJson(path: string, body: unknown): Promise<Response> {
  return fetch(addressOf(path), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
}

/**
 * One query or mutation. What the server could answer is kept even if some fields failed.
 * Rejects with NotSignedIn, RequestRefused, or TypeError when the server cannot be reached.
 */
export async function request<Result, Variables>(
  operation: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await postJson('graphql', { query: operation.toString(), variables });
  if (response.status === 401) throw new NotSignedIn();
  const answer = (await response.json().catch(() => ({}))) as GraphQLAnswer<Result>;
  if (answer.data) return answer.data;
  const [first] = answer.errors ?? [];
  if (first?.extensions?.code === 'UNAUTHENTICATED') throw new NotSignedIn();
  throw new RequestRefused(first?.message ?? `The server answered ${response.status}.`);
}

/** Exchange a sign-in token for the session cookie. Rejects with RequestRefused if it is not accepted. */
export async function signIn(token: string): Promise<void> {
  const response = await postJson('sign-in', { token });
  if (response.ok) return;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new RequestRefused(message ?? `The server answered ${response.status}.`);
}
