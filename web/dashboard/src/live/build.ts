import { addressOf } from '../lib/api';
import { Value } from '../lib/value';

/** The server gives another build of this page than the one that is open. */
export const isOutdated = new Value<boolean>(false);

/** The file name of this build's script, which changes with its content. */
const OWN = new URL(import.meta.url).pathname.split('/').at(-1) ?? '';

/** Ask which build the server gives now; while it cannot be asked nothing is said. */
export async function compareBuilds(): Promise<void> {
  if (!import.meta.env.PROD) return;
  const page = await fetch(addressOf('.'), { cache: 'no-cache' }).then(
    (answer) => (answer.ok ? answer.text() : ''),
    () => '',
  );
  isOutdated.set(page.includes('assets/') && !page.includes(OWN));
}
