import type { JobRow } from '../../live/shelf';

const VALUES: Record<string, (row: JobRow) => string | number> = {
  uid: (row) => Number(row.uid.slice(1)),
  status: (row) => row.status,
  type: (row) => row.typeTitle,
  priority: (row) => row.priority,
  updated_at: (row) => row.updatedAt,
  created_at: (row) => row.createdAt,
  job_dir_size: (row) => row.jobDirSize,
};

/** The ids of rows that are all here, in the order of a sort; ties keep the order given. */
export function sortedIds(rows: readonly JobRow[], sort: string): string[] {
  const value = VALUES[sort.replace('-', '')];
  if (!value) return rows.map((row) => row.id);
  const sign = sort.startsWith('-') ? -1 : 1;
  const compare = (a: JobRow, b: JobRow): number => {
    const [left, right] = [value(a), value(b)];
    return left < right ? -sign : left > right ? sign : 0;
  };
  return rows.toSorted(compare).map((row) => row.id);
}
