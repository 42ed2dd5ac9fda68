import { useState } from 'react';
import { AdminTokensDocument, CreateApiTokenDocument, RevokeApiTokenDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useAnswer } from '../../live/query';
import { FoldedForm } from './form';
import { useTold } from './use-told';

/** Keys of my scripts. A secret is shown once, when it is made. */
export function Tokens() {
  const tell = useTold();
  const [changes, setChanges] = useState(0);
  const [secret, setSecret] = useState<string | null>(null);
  const { data, problem } = useAnswer(AdminTokensDocument, {}, changes);
  const changed = (): void => setChanges((count) => count + 1);
  const revoke = async (tokenId: string): Promise<void> => {
    await tell(request(RevokeApiTokenDocument, { input: { tokenId } }).then((answer) => answer.revokeApiToken));
    changed();
  };
  const tokens = data?.viewer?.apiTokens ?? [];
  return (
    <>
      {problem && <p className="problem">{problem}</p>}
      <div className="admin-tools">
        <FoldedForm
          title="New API token"
          verb="Create token"
          fields={[
            { name: 'name', label: 'Name', required: true },
            { name: 'scope', label: 'May', choices: ['READ', 'WRITE', 'ADMIN'], initial: 'READ' },
          ]}
          onSubmit={async ({ name = '', scope }) => {
            const scopes = (['READ', 'WRITE', 'ADMIN'] as const).slice(0, { READ: 1, WRITE: 2, ADMIN: 3 }[scope ?? 'READ'] ?? 1);
            const made = await tell(request(CreateApiTokenDocument, { input: { name, scopes, idempotencyKey: newKey() } }).then((answer) => answer.createApiToken));
            setSecret(made?.secret ?? null);
            changed();
            return made !== null;
          }}
        />
      </div>
      {secret && (
        <p className="dialog-note" role="status">
          The secret, shown this once: <code>{secret}</code>
        </p>
      )}
      {data && tokens.length === 0 && <p className="muted">No token yet. Scripts sign in with one.</p>}
      <table className="params" hidden={tokens.length === 0}>
        <caption className="unseen">API tokens</caption>
        <thead>
          <tr>
            {['Name', 'Begins with', 'May', 'Made', 'Last used', 'Revoke'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">{token.name}</th>
              <td>{token.prefix}</td>
              <td>{token.scopes.join(', ').toLowerCase()}</td>
              <td>{new Date(token.createdAt).toLocaleDateString()}</td>
              <td>{token.lastUsedAt ? new Date(token.lastUsedAt).toLocaleString() : 'never'}</td>
              <td>
                {token.revokedAt ? (
                  <span className="muted">revoked</span>
                ) : (
                  <button type="button" className="button quiet" onClick={() => void revoke(token.id)}>
                    Revoke<span className="unseen"> {token.name}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
