import { useState } from 'react';
import { AdminSettingsDocument, type AdminSettingsQuery, UpdateInstanceSettingsDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useAnswer } from '../../live/query';
import { type Field, Form, type Values } from './form';
import { useTold } from './use-told';

type Instance = NonNullable<AdminSettingsQuery['instance']>;

const text = (value: string | number | null): string => String(value ?? '');

const fieldsOf = (instance: Instance): Field[] => [
  { name: 'bannerMessage', label: 'Message to everybody', initial: text(instance.bannerMessage), hint: 'Shown on every page.' },
  { name: 'maintenance', label: 'Maintenance: start no jobs', kind: 'check', initial: instance.maintenance ? 'yes' : '' },
  { name: 'defaultLane', label: 'Default lane', initial: text(instance.defaultLane) },
  { name: 'importLaneOverride', label: 'Lane of imports', initial: text(instance.importLaneOverride), hint: 'Empty: they run on the server itself.' },
  { name: 'defaultPriority', label: 'Default priority', kind: 'number', initial: text(instance.defaultPriority) },
  { name: 'tokenLimit', label: 'GPU tokens', kind: 'number', initial: text(instance.tokenLimit), hint: 'Empty: as many as there are GPUs.' },
  { name: 'ageingMinutes', label: 'Minutes of waiting that raise the priority by one', kind: 'number', initial: text(instance.ageingMinutes) },
  { name: 'ageingLimit', label: 'At most raised by', kind: 'number', initial: text(instance.ageingLimit) },
  { name: 'fairShare', label: 'Weight of fair share', kind: 'number', initial: text(instance.fairShare) },
  { name: 'patienceMinutes', label: 'Minutes until room is kept for a waiting job', kind: 'number', initial: text(instance.patienceMinutes) },
];

const NUMBERS = ['defaultPriority', 'ageingMinutes', 'ageingLimit', 'fairShare', 'patienceMinutes'] as const;

/** What has been changed, as the server takes it. */
export function changesOf(before: Values, after: Values): Record<string, unknown> {
  const changed = Object.entries(after).filter(([name, value]) => value !== before[name]);
  return Object.fromEntries(
    changed.map(([name, value]) => {
      if (name === 'maintenance') return [name, value === 'yes'];
      if (name === 'tokenLimit') return [name, value === '' ? null : Number(value)];
      return [name, (NUMBERS as readonly string[]).includes(name) ? Number(value) : value || null];
    }),
  );
}

/** The settings of the whole instance; only what is changed is sent. */
export function Settings() {
  const tell = useTold();
  const [changes, setChanges] = useState(0);
  const { data, problem } = useAnswer(AdminSettingsDocument, {}, changes);
  const instance = data?.instance;
  if (!instance) return <p className="problem">{problem}</p>;
  const fields = fieldsOf(instance);
  const before = Object.fromEntries(fields.map(({ name, initial }) => [name, initial ?? '']));
  return (
    <>
      <Form
        key={instance.revision}
        title="Settings"
        verb="Save"
        fields={fields}
        onSubmit={async (values) => {
          const input = { ...changesOf(before, values), expectedRevision: instance.revision };
          await tell(request(UpdateInstanceSettingsDocument, { input }).then((answer) => answer.updateInstanceSettings));
          setChanges((count) => count + 1);
          return false;
        }}
      />
      <p className="small">Lanekeeper {instance.version}</p>
    </>
  );
}
