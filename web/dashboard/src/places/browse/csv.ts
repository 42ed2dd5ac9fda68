import type { JobRow } from '../../live/shelf';

const COLUMNS: readonly [string, (row: JobRow) => string | number | null][] = [
  ['project', (row) => row.projectUid],
  ['job', (row) => row.uid],
  ['type', (row) => row.type],
  ['title', (row) => row.title],
  ['status', (row) => row.status],
  ['lane', (row) => row.queuedToLane],
  ['priority', (row) => row.priority],
  ['created_by', (row) => row.createdBy?.name ?? null],
  ['created_at', (row) => row.createdAt],
  ['updated_at', (row) => row.updatedAt],
  ['size_bytes', (row) => row.jobDirSize],
];

/** A leading sign would make a spreadsheet compute the text. */
const cell = (value: string | number | null): string => {
  const text = String(value ?? '');
  const safe = /^[=+\-@]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The jobs as comma-separated values, with a row of headings. */
export function csvOf(rows: readonly JobRow[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, value]) => cell(value(row))).join(','));
  return [COLUMNS.map(([name]) => name).join(','), ...lines].join('\n');
}
