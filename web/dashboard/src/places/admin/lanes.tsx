import { useState } from 'react';
import { AdminLanesDocument, CreateLaneDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useStore } from '../../live/hooks';
import { useAnswer } from '../../live/query';
import { FoldedForm } from './form';
import { LaneBox } from './lane-box';
import { NewCluster } from './new-cluster';
import { NewNode } from './new-node';
import type { Lane } from './target';
import { useTold } from './use-told';

/** Lanes with their targets: made, changed, drained, tried out and deleted. */
export function Lanes() {
  const tell = useTold();
  const [changes, setChanges] = useState(0);
  const active = useStore('lanes', (store) => store.activeLanes()).length;
  const targets = useStore('targets', (store) => store.targets().map(({ id, revision, cpuFree, online }) => `${id} ${revision} ${cpuFree} ${online}`).join());
  const { data, problem } = useAnswer(AdminLanesDocument, {}, `${changes} ${active} ${targets}`);
  const changed = (): void => setChanges((count) => count + 1);
  if (!data) return <p className="problem">{problem}</p>;
  const lanes = data.lanes ?? [];
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
        <LaneBox key={lane.id} lane={lane} alike={names(lane.type)} onChanged={changed} />
      ))}
    </>
  );
}
