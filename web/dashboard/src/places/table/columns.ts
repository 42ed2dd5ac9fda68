/** A column of the table of jobs. */
export interface Column {
  readonly id: string;
  readonly label: string;
  /** A field of JobOrderField in small letters; null where the server does not sort. */
  readonly field: string | null;
}

export const COLUMNS: readonly Column[] = [
  { id: 'uid', label: 'Job', field: 'uid' },
  { id: 'status', label: 'Status', field: 'status' },
  { id: 'title', label: 'Title', field: null },
  { id: 'type', label: 'Type', field: 'type' },
  { id: 'lane', label: 'Lane', field: null },
  { id: 'priority', label: 'Priority', field: 'priority' },
  { id: 'creator', label: 'Created by', field: null },
  { id: 'since', label: 'In status', field: 'updated_at' },
  { id: 'size', label: 'Size', field: 'job_dir_size' },
  { id: 'menu', label: '', field: null },
];

/** The sort after a click on a heading: first ascending, then descending. */
export const nextSort = (sort: string, field: string): string => (sort === field ? `-${field}` : field);
