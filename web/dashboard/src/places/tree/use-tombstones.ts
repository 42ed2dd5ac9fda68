import { useEffect } from 'react';
import { TombstonesDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';
import type { JobRow, Shelf } from '../../live/shelf';
import { missingTombstones } from './tombstones';

/** Read the deleted parents that the shelf does not hold yet, and theirs, and put them on it. */
export function useTombstones(shelf: Shelf, rows: readonly JobRow[]): void {
  const ids = missingTombstones(rows).slice(0, 100);
  const { data } = useAnswer(TombstonesDocument, ids.length > 0 ? { ids } : null);
  useEffect(() => {
    const found = (data?.nodes ?? []).flatMap((node) => (node && 'uid' in node ? [node as JobRow] : []));
    if (found.length > 0) shelf.fill(found, false);
  }, [data, shelf]);
}
