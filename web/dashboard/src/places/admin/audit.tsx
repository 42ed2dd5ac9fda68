import { AdminAuditDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';

/** Who changed what, newest first. */
export function Audit() {
  const { data, problem } = useAnswer(AdminAuditDocument, {});
  return (
    <>
      {problem && <p className="problem">{problem}</p>}
      <table className="params">
        <caption className="unseen">Audit log</caption>
        <thead>
          <tr>
            {['When', 'Who', 'What', 'On', 'Result'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(data?.auditLog?.nodes ?? []).map((entry) => (
            <tr key={entry.id}>
              <td>{new Date(entry.createdAt).toLocaleString()}</td>
              <td>
                {entry.user?.name ?? 'nobody'}
                {entry.apiTokenName && <span className="small"> by {entry.apiTokenName}</span>}
              </td>
              <td>{entry.mutation}</td>
              <td>
                {entry.subject}
                {entry.subjectCount > 1 && ` and ${entry.subjectCount - 1} more`}
              </td>
              <td>
                {entry.outcome.toLowerCase().replaceAll('_', ' ')}
                {entry.message && <span className="small"> {entry.message}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
