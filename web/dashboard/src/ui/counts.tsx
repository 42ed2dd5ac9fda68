import type { JobStatus } from '../gql/graphql';
import { StatusMark, statusWord } from './status';

/** How many jobs are in each status; those without any are left out. */
export function Counts({ counts }: { counts: readonly { status: JobStatus; count: number }[] }) {
  const some = counts.filter(({ count }) => count > 0);
  if (some.length === 0) return <span className="small">no jobs</span>;
  return (
    <span className="counts">
      {some.map(({ status, count }) => (
        <span key={status} data-status={status} title={statusWord(status)} className="count-of">
          <StatusMark status={status} />
          {count}
          <span className="unseen"> {statusWord(status)}</span>
        </span>
      ))}
    </span>
  );
}
