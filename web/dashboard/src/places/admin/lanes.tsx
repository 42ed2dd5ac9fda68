import { useState } from 'react';
import { AdminLanesDocument, type AdminLanesQuery, CreateLaneDocument, SetDrainedDocument, VerifyTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useStore } from '../../live/hooks';
import { useAnswer } from '../../live/query';
import { FoldedForm } from './form';
import { NewCluster, NewNode } from './new-target';
import { useTold } from './use-told';

type Lane = NonNullable<AdminLanesQuery['lanes']>[number];
type Target = Lane['targets'][number];

/** Lanes with their targets: made, drained, resumed and tried out. */
export function Lanes() {
  const tell = useTold();
  const [changes, setChanges] = useState(0);
  const live = useStore('lanes', (store) => store.activeLanes()).length;
  const { data, problem } = useAnswer(AdminLanesDocument, {}, `${changes} ${live}`);
  const changed = (): void => setChanges((count) => count + 1);
  const lanes = data?.lanes ?? [];
  const names = (type: Lane['type']): string[] => lanes.filter((lane) => lane.type === type).map(({ name }) => name);
  return (
    <>
      {problem && <p className="problem">{problem}</p>}
      <div className="admin-tools">
        <FoldedForm
          title="New lane"
          verb="Create lane"
          fields={[
            { name: 'name', label: 'Name', required: true, hint: 'Unique; it never changes.' },
            { name: 'title', label: 'Title' },
            { name: 'type', label: 'Type', choices: ['NODE', 'CLUSTER'], initial: 'NODE' },
            { name: 'desc', label: 'Description' },
          ]}
          onSubmit={async ({ name = '', title, type, desc }) => {
            const input = { name, type: type === 'CLUSTER' ? ('CLUSTER' as const) : ('NODE' as const), ...(title && { title }), ...(desc && { desc }), idempotencyKey: newKey() };
            const done = await tell(request(CreateLaneDocument, { input }).then((answer) => answer.createLane));
            changed();
            return done !== null;
          }}
        />
        <NewNode key={`node ${names('NODE').join()}`} lanes={names('NODE')} onMade={changed} />
        <NewCluster key={`cluster ${names('CLUSTER').join()}`} lanes={names('CLUSTER')} onMade={changed} />
      </div>
      {lanes.map((lane) => (
        <LaneBox key={lane.id} lane={lane} onChanged={changed} />
      ))}
    </>
  );
}

function LaneBox({ lane, onChanged }: { lane: Lane; onChanged: () => void }) {
  return (
    <section className="admin-box" aria-label={`Lane ${lane.name}`} data-admin-lane={lane.name}>
      <header>
        <h2>{lane.title}</h2>
        <span className="small">
          {lane.name} · {lane.type === 'NODE' ? 'node' : 'cluster'} · {lane.runningCount} active, {lane.queueLength} queued
        </span>
        {lane.isDefault && <span className="tag">Default</span>}
        {lane.drained && <span className="badge">Drained</span>}
        <Drain label={`lane ${lane.name}`} scope={{ lane: lane.name }} isDrained={lane.drained} onChanged={onChanged} />
      </header>
      {lane.desc && <p className="muted">{lane.desc}</p>}
      {lane.targets.map((target) => (
        <TargetLine key={target.id} target={target} onChanged={onChanged} />
      ))}
      {lane.targets.length === 0 && <p className="muted">No target yet: a job queued here is refused.</p>}
    </section>
  );
}

interface DrainProps {
  label: string;
  scope: { lane: string } | { target: string };
  isDrained: boolean;
  onChanged: () => void;
}

function Drain({ label, scope, isDrained, onChanged }: DrainProps) {
  const tell = useTold();
  const set = async (): Promise<void> => {
    await tell(request(SetDrainedDocument, { input: { scope, drained: !isDrained } }).then((answer) => answer.setDrained));
    onChanged();
  };
  return (
    <button type="button" className="button quiet" aria-label={`${isDrained ? 'Resume' : 'Drain'} ${label}`} onClick={() => void set()}>
      {isDrained ? 'Resume' : 'Drain'}
    </button>
  );
}

function TargetLine({ target, onChanged }: { target: Target; onChanged: () => void }) {
  const tell = useTold();
  const [tried, setTried] = useState<string | null>(null);
  const verify = async (): Promise<void> => {
    setTried('Trying…');
    const payload = await tell(request(VerifyTargetDocument, { input: { name: target.name } }).then((answer) => answer.verifyTarget));
    if (!payload) return setTried(null);
    setTried(`${payload.reachable ? 'It answers.' : 'It does not answer.'} ${payload.output ?? ''}`);
    onChanged();
  };
  return (
    <div className="admin-target" data-admin-target={target.name}>
      <span className="dot" data-online={target.online} aria-hidden="true" />
      <b>{target.title}</b>
      <span className="small">
        {target.hostname}
        {target.cpuTotal !== null && ` · ${target.cpuTotal} CPU · ${target.gpuTotal} GPU · ${(target.ramSlotsTotal ?? 0) * 8} GiB`}
      </span>
      {!target.online && <span className="badge">Unreachable</span>}
      {target.declaredLostAt && <span className="badge">Declared lost</span>}
      {target.drained && <span className="badge">Drained</span>}
      <button type="button" className="button quiet" aria-label={`Verify ${target.name}`} onClick={() => void verify()}>
        Verify
      </button>
      <Drain label={`target ${target.name}`} scope={{ target: target.name }} isDrained={target.drained} onChanged={onChanged} />
      {tried && (
        <pre className="tried" role="status">
          {tried}
        </pre>
      )}
      {target.quarantinedSlots.map((slots) => (
        <p key={slots.attempt ?? slots.reason} className="small">
          Kept back after {slots.attempt}: {slots.reason}
        </p>
      ))}
    </div>
  );
}
