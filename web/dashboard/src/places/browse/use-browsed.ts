import { useEffect, useMemo, useRef, useState } from 'react';
import { BrowseJobsDocument, JobChangesDocument, type JobChangesSubscription } from '../../gql/graphql';
import { request } from '../../lib/api';
import type { Filter } from '../../lib/place';
import { openFeed } from '../../live/feed';
import { useBoard } from '../../live/hooks';
import { useTypeNames } from '../../live/job-search';
import { problemText } from '../../live/query';
import { letGo } from '../../live/selection';
import { Shelf } from '../../live/shelf';
import { filterFor, orderFor } from './query-of';

type Message = JobChangesSubscription['jobChanges'];

interface Page {
  ids: readonly string[];
  total: number | null;
  next: string | null;
}

const EMPTY: Page = { ids: [], total: null, next: null };
/** A burst of changes asks for the list once. */
const CALM_MS = 600;

/** Everything the table shows, and how to see more of it. */
export interface Browsed extends Page {
  readonly shelf: Shelf;
  readonly problem: string | null;
  readonly more: (() => void) | null;
}

/** The first pages of a filtered and sorted list. Its rows follow their jobs; what enters or leaves asks for the list again. */
export function useBrowsed(filter: Filter): Browsed {
  const { client } = useBoard();
  const identity = JSON.stringify(filter);
  const shelf = useMemo(() => new Shelf(), []);
  const [page, setPage] = useState<Page>(EMPTY);
  const [problem, setProblem] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const asked = useRef(0);
  const types = useTypeNames(filter.text !== '');
  const given = useMemo(() => ({ filter: filterFor(filter, types), orderBy: orderFor(filter.sort) }), [identity, types]); // oxlint-disable-line react-hooks/exhaustive-deps

  const read = async (after: string | null): Promise<void> => {
    asked.current += 1;
    const place = asked.current;
    const { jobs } = await request(BrowseJobsDocument, { ...given, after });
    if (place !== asked.current) return; // another question has been asked meanwhile
    if (!jobs) return setProblem('The server cannot list these jobs.');
    shelf.fill(jobs.nodes, after === null);
    const ids = jobs.nodes.map(({ id }) => id);
    setProblem(null);
    setPage((before) => ({ ids: after ? [...before.ids, ...ids] : ids, total: jobs.totalCount, next: jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null }));
  };

  useEffect(() => {
    read(null).catch((error: unknown) => setProblem(problemText(error))); // oxlint-disable-line react/set-state-in-effect -- it is set by the answer
  }, [given, turn]); // oxlint-disable-line react-hooks/exhaustive-deps -- `read` is made of these

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = openFeed<Message>(client, {
      document: JobChangesDocument,
      variables: { filter: given.filter },
      onMessage: (message) => {
        letGo(message.removed.filter(({ deleted }) => deleted).map(({ id }) => id));
        const known = message.upserted.filter(({ id }) => shelf.job(id));
        if (known.length > 0) shelf.fill(known, false);
        const isOther = message.kind === 'DELTA' && message.upserted.length + message.removed.length > known.length;
        if (isOther) timer ??= setTimeout(() => {
          timer = undefined;
          setTurn((count) => count + 1);
        }, CALM_MS);
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, given, shelf]);

  const more = page.next ? () => void read(page.next).catch((error: unknown) => setProblem(problemText(error))) : null;
  return { ...page, shelf, problem, more };
}
