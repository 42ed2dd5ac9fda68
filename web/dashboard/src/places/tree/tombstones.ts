import type { JobRow } from '../../live/shelf';

/** The ids of deleted parents that are not among the rows. */
export function missingTombstones(rows: readonly JobRow[]): string[] {
  const held = new Set(rows.map(({ id }) => id));
  const named = rows.flatMap(({ parents }) => parents.filter(({ deleted }) => deleted).map(({ id }) => id));
  return [...new Set(named)].filter((id) => !held.has(id));
}

/** The rows that a tree draws: all that live, and of the deleted ones those that lead to one that lives. */
export function drawn(rows: readonly JobRow[]): JobRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = new Set<string>();
  const keep = (row: JobRow): void => {
    if (kept.has(row.id)) return;
    kept.add(row.id);
    for (const { id } of row.parents) {
      const parent = byId.get(id);
      if (parent?.deleted) keep(parent);
    }
  };
  rows.filter(({ deleted }) => !deleted).forEach(keep);
  return rows.filter(({ id }) => kept.has(id));
}
