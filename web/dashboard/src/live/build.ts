import { type ServerVersionQuery, ServerVersionDocument } from '../gql/graphql';
import { addressOf, request } from '../lib/api';
import { Value } from '../lib/value';

type Version = NonNullable<ServerVersionQuery['instance']>;

/** The server is of another version than the one that gave this page, or gives another build of it. */
export const isOutdated = new Value<boolean>(false);

/** The file name of this build's script, which changes with its content. */
const OWN = new URL(import.meta.url).pathname.split('/').at(-1) ?? '';

let known: Version | undefined;

/** Hear of which version the server is: the first one heard gave the page. */
export function hearVersion(now: Version): void {
  known ??= now;
  if (now.version !== known.version || now.schemaVersion !== known.schemaVersion) isOutdated.set(true);
}

async function isOtherBuild(): Promise<boolean> {
  if (!import.meta.env.PROD) return false;
  const page = await fetch(addressOf('.'), { cache: 'no-cache' });
  const text = page.ok ? await page.text() : '';
  return text.includes('assets/') && !text.includes(OWN);
}

/** Ask which version and which build the server has now; while it cannot be asked nothing is said. */
export async function compareBuilds(): Promise<void> {
  const [answer, isOther] = await Promise.all([request(ServerVersionDocument, {}).catch(() => null), isOtherBuild().catch(() => false)]);
  if (answer?.instance) hearVersion(answer.instance);
  if (isOther) isOutdated.set(true);
}
