import { useEffect, useMemo, useRef, useState } from 'react';
import { type BrowseJobsQuery, BrowseJobsDocument, JobChangesDocument, type JobChangesSubscription } from '../../gql/graphql';
import { request } from '../../lib/api';
import type { Filter } from '../../lib/place';
import { openFeed } from '../../live/feed';
import { useBoard } from '../../live/hooks';
import { useTypeNames } from '../../live/job-search';
import { problemText } from '../../live/query';
import { letGo } from '../../live/selection';
import { type JobRow, Shelf } from '../../live/shelf';
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

type BrowsedPage = NonNullable<BrowseJobsQuery['jobs']>;

const pageOf = ({ totalCount, pageInfo }: BrowsedPage, ids: readonly string[]): Page => ({ ids, total: totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null });

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
  const shown = useRef(0);
  const types = useTypeNames(filter.text !== '');
  const given = useMemo(() => ({ filter: filterFor(filter, types), orderBy: orderFor(filter.sort) }), [identity, types]); // oxlint-disable-line react-hooks/exhaustive-deps

  /** Read on after a row, or from the start, until there are so many rows or no more. */
  const read = async (after: string | null, wanted: number): Promise<void> => {
    asked.current += 1;
    const place = asked.current;
    const rows: JobRow[] = [];
    let page: BrowsedPage | undefined;
    do {
      const { jobs } = await request(BrowseJobsDocument, { ...given, after: page?.pageInfo.endCursor ?? after });
      if (place !== asked.current) return; // another question has been asked meanwhile
      if (!jobs) return setProblem('The server cannot list these jobs.');
      page = jobs;
      rows.push(...jobs.nodes);
    } while (page.pageInfo.hasNextPage && rows.length < wanted);
    shelf.fill(rows, after === null);
    setProblem(null);
    shown.current = (after ? shown.current : 0) + rows.length;
    setPage((before) => pageOf(page, [...(after ? before.ids : []), ...rows.map(({ id }) => id)]));
  };

  useEffect(() => {
    shown.current = 0;
  }, [given]);

  useEffect(() => {
    read(null, shown.current).catch((error: unknown) => setProblem(problemText(error))); // oxlint-disable-line react/set-state-in-effect -- it is set by the answer
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

  const more = page.next ? () => void read(page.next, 0).catch((error: unknown) => setProblem(problemText(error))) : null;
  return { ...page, shelf, problem, more };
}
