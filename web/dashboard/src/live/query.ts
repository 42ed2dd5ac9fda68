import { useEffect, useRef, useState } from 'react';
import type { TypedDocumentString } from '../gql/graphql';
import { request } from '../lib/api';

/** What a query has answered so far. */
export interface Answer<Result> {
  readonly data: Result | undefined;
  /** Why there is no newer data; null if nothing went wrong. */
  readonly problem: string | null;
  readonly isLoading: boolean;
}

const NOTHING = { data: undefined, problem: null, isLoading: true };

export const problemText = (error: unknown): string =>
  error instanceof TypeError ? 'The server cannot be reached.' : String((error as Error).message);

/**
 * Ask once, and again whenever the revision is another: a live row tells when its details have changed, nothing polls.
 * Other variables forget the answer; another revision keeps it until the new one is here. Null variables ask nothing.
 */
export function useAnswer<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables | null,
  revision: unknown = 0,
): Answer<Result> {
  const identity = JSON.stringify(variables);
  const [held, setHeld] = useState<{ identity: string; answer: Answer<Result> }>({ identity, answer: NOTHING });
  const asked = useRef(0);
  useEffect(() => {
    if (identity === 'null') return;
    asked.current += 1;
    const turn = asked.current;
    const keep = (next: (before: Answer<Result>) => Answer<Result>): void => {
      if (turn !== asked.current) return;
      setHeld((before) => ({ identity, answer: next(before.identity === identity ? before.answer : NOTHING) }));
    };
    request(document, JSON.parse(identity) as Variables).then(
      (data) => keep(() => ({ data, problem: null, isLoading: false })),
      (error: unknown) => keep((before) => ({ data: before.data, problem: problemText(error), isLoading: false })),
    );
  }, [document, identity, revision]);
  return held.identity === identity ? held.answer : NOTHING;
}
