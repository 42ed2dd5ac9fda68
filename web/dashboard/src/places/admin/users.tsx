import { useState } from 'react';
import { AdminUsersDocument, type AdminUsersQuery, CreateUserDocument, UpdateUserDocument, type UpdateUserInput } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useAnswer } from '../../live/query';
import { FoldedForm } from './form';
import { useTold } from './use-told';

type User = NonNullable<NonNullable<AdminUsersQuery['instance']>['users']>['nodes'][number];

/** Who may sign in, to which lanes they may queue, and whether they may set priorities. */
export function Users() {
  const tell = useTold();
  const [changes, setChanges] = useState(0);
  const { data, problem } = useAnswer(AdminUsersDocument, {}, changes);
  const changed = (): void => setChanges((count) => count + 1);
  const update = async (input: UpdateUserInput): Promise<void> => {
    await tell(request(UpdateUserDocument, { input }).then((answer) => answer.updateUser));
    changed();
  };
  return (
    <>
      {problem && <p className="problem">{problem}</p>}
      <div className="admin-tools">
        <FoldedForm
          title="New user"
          verb="Create user"
          fields={[
            { name: 'name', label: 'User name', required: true },
            { name: 'password', label: 'Password', kind: 'password', required: true },
            { name: 'email', label: 'E-mail' },
            { name: 'role', label: 'Role', choices: ['USER', 'ADMIN'], initial: 'USER' },
            { name: 'maySetPriority', label: 'May set priorities', kind: 'check' },
          ]}
          onSubmit={async ({ name = '', password = '', email, role, maySetPriority }) => {
            const input = {
              name,
              password,
              role: role === 'ADMIN' ? ('ADMIN' as const) : ('USER' as const),
              maySetPriority: maySetPriority === 'yes',
              ...(email && { email }),
              idempotencyKey: newKey(),
            };
            const done = await tell(request(CreateUserDocument, { input }).then((answer) => answer.createUser));
            changed();
            return done !== null;
          }}
        />
      </div>
      <table className="params">
        <caption className="unseen">Users</caption>
        <thead>
          <tr>
            {['User', 'Role', 'Lanes', 'Priorities', 'Last active', 'Account'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(data?.instance?.users?.nodes ?? []).map((user) => (
            <UserRow key={user.id} user={user} lanes={(data?.lanes ?? []).map(({ name }) => name)} onUpdate={(input) => void update(input)} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface UserRowProps {
  user: User;
  lanes: readonly string[];
  onUpdate: (input: UpdateUserInput) => void;
}

const toggled = (held: readonly string[], name: string): string[] => (held.includes(name) ? held.filter((other) => other !== name) : [...held, name]);

function UserRow({ user, lanes, onUpdate }: UserRowProps) {
  const who = { user: { id: user.id } };
  return (
    <tr data-user={user.name}>
      <th scope="row">
        {user.name}
        <span className="small">{user.email}</span>
      </th>
      <td>
        <select aria-label={`Role of ${user.name}`} value={user.role} onChange={(event) => onUpdate({ ...who, role: event.target.value as User['role'] })}>
          <option value="USER">User</option>
          <option value="ADMIN">Administrator</option>
        </select>
      </td>
      <td>
        {user.role === 'ADMIN' ? (
          <span className="muted">all</span>
        ) : (
          lanes.map((lane) => (
            <label key={lane} className="choice">
              <input type="checkbox" checked={user.lanes.includes(lane)} onChange={() => onUpdate({ ...who, lanes: toggled(user.lanes, lane) })} /> {lane}
            </label>
          ))
        )}
      </td>
      <td>
        <input
          type="checkbox"
          aria-label={`${user.name} may set priorities`}
          checked={user.maySetPriority}
          onChange={() => onUpdate({ ...who, maySetPriority: !user.maySetPriority })}
        />
      </td>
      <td>{user.lastActiveAt ? new Date(user.lastActiveAt).toLocaleString() : 'never'}</td>
      <td>
        <button type="button" className="button quiet" onClick={() => onUpdate({ ...who, disabled: !user.disabled })}>
          {user.disabled ? 'Enable' : 'Disable'}
          <span className="unseen"> {user.name}</span>
        </button>
      </td>
    </tr>
  );
}
