import type { JobFilter, JobOrder, JobOrderField, JobStatus } from '../../gql/graphql';
import type { Filter } from '../../lib/place';
import { searchFilter, type TypeName } from '../../live/job-search';

export const STATUSES: readonly JobStatus[] = ['BUILDING', 'QUEUED', 'LAUNCHED', 'STARTED', 'RUNNING', 'WAITING', 'COMPLETED', 'KILLED', 'FAILED'];

const FIELDS: readonly JobOrderField[] = ['CREATED_AT', 'UPDATED_AT', 'QUEUED_AT', 'STARTED_AT', 'COMPLETED_AT', 'PRIORITY', 'UID', 'STATUS', 'TYPE', 'JOB_DIR_SIZE'];

/** What the address asks for, as the server's filter. */
export function filterFor(filter: Filter, types: readonly TypeName[] = []): JobFilter {
  const statuses = STATUSES.filter((status) => filter.statuses.includes(status));
  return {
    ...(filter.lanes.length > 0 && { lanes: [...filter.lanes] }),
    ...(statuses.length > 0 && { statuses }),
    ...(filter.projects.length > 0 && { projectUids: [...filter.projects] }),
    ...(filter.types.length > 0 && { types: [...filter.types] }),
    ...searchFilter(filter.text, types),
  };
}

/** The order that the address asks for; newest first if it names no field we know. */
export function orderFor(sort: string): JobOrder[] {
  const field = FIELDS.find((known) => known.toLowerCase() === sort.replace('-', ''));
  return [{ field: field ?? 'CREATED_AT', direction: !field || sort.startsWith('-') ? 'DESC' : 'ASC' }];
}
