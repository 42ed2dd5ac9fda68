import { DeleteLaneDocument, UpdateLaneDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { ConfirmButton } from './confirm-button';
import { Drain } from './drain';
import { EditButton } from './edit-button';
import type { Lane } from './target';
import { TargetLine } from './target-line';
import { useTold } from './use-told';

interface LaneBoxProps {
  lane: Lane;
  /** Names of the lanes of its type. */
  alike: readonly string[];
  onChanged: () => void;
}

/** One lane with its targets. */
export function LaneBox({ lane, alike, onChanged }: LaneBoxProps) {
  const tell = useTold();
  const subject = `lane ${lane.name}`;
  const remove = async (): Promise<void> => {
    await tell(request(DeleteLaneDocument, { input: { name: lane.name, idempotencyKey: newKey() } }).then((answer) => answer.deleteLane));
    onChanged();
  };
  return (
    <section className="admin-box" aria-label={`Lane ${lane.name}`} data-admin-lane={lane.name}>
      <header>
        <h2>{lane.title}</h2>
        <span className="small">
          {lane.name} · {lane.type === 'NODE' ? 'node' : 'cluster'} · {lane.runningCount} active, {lane.queueLength} queued
        </span>
        {lane.isDefault && <span className="tag">Default</span>}
        {lane.drained && <span className="badge">Drained</span>}
        <span className="admin-acts">
          <EditButton
            subject={subject}
            fields={[
              { name: 'title', label: 'Title', initial: lane.title, required: true },
              { name: 'desc', label: 'Description', initial: lane.desc ?? '' },
            ]}
            onChange={async (changes) => {
              const input = { name: lane.name, ...changes, expectedRevision: lane.revision };
              const done = await tell(request(UpdateLaneDocument, { input }).then((answer) => answer.updateLane));
              onChanged();
              return done !== null;
            }}
          />
          <Drain subject={subject} scope={{ lane: lane.name }} isDrained={lane.drained} onChanged={onChanged} />
          <ConfirmButton verb="Delete" subject={subject} consequence="Its targets go with it. A lane that has jobs, and the default lane, are not deleted." onConfirm={() => void remove()} />
        </span>
      </header>
      {lane.desc && <p className="muted">{lane.desc}</p>}
      {lane.targets.map((target) => (
        <TargetLine key={target.id} target={target} lanes={alike} onChanged={onChanged} />
      ))}
      {lane.targets.length === 0 && <p className="muted">No target yet: a job queued here is refused.</p>}
    </section>
  );
}
