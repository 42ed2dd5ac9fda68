import { useMemo } from 'react';
import { TargetDialogDocument, type TargetDialogQuery } from '../../gql/graphql';
import { bytesText } from '../../lib/bytes';
import { type Grid, handleGridKey } from '../../live/grid';
import { useBoard, useLane, useLaneList, useStore } from '../../live/hooks';
import { useAnswer } from '../../live/query';
import { type Use, usesOf } from '../../live/target-use';
import { Card } from './card';

type Target = NonNullable<TargetDialogQuery['target']>;

/** One target: the jobs that run there now, and its GPUs. */
export function TargetSheet({ name }: { name: string }) {
  const known = useStore('targets', (store) => store.targets().find((target) => target.name === name));
  const list = useLaneList(known?.laneName ?? '');
  const news = `${known?.revision} ${known?.gpuFree} ${known?.cpuFree} ${list.active.join(' ')}`;
  const { data, problem, isLoading } = useAnswer(TargetDialogDocument, { name }, news);
  if (problem) return <p className="problem">{problem}</p>;
  if (!data?.target) return <p className="muted pad">{isLoading ? 'Loading…' : `There is no target ${name}.`}</p>;
  return (
    <div className="target-sheet">
      <Facts target={data.target} />
      <Running name={name} ids={data.target.runningJobs.map(({ id }) => id)} />
    </div>
  );
}

function Running({ name, ids }: { name: string; ids: readonly string[] }) {
  const { store, actions } = useBoard();
  const grid = useMemo<Grid>(() => ({ scope: `target ${name}`, order: ids, columns: 1, find: store.job }), [name, ids, store]);
  if (ids.length === 0) return <p className="muted">No job runs on this target now.</p>;
  return (
    <div
      className="target-jobs"
      role="grid"
      tabIndex={0}
      aria-label={`Jobs running on ${name}`}
      aria-multiselectable
      onKeyDown={(event) => handleGridKey(grid, actions, event)}
    >
      {ids.map((id) => (
        <Card key={id} id={id} grid={grid} place={null} />
      ))}
    </div>
  );
}

const SLOTS: Record<Use['kind'], string> = { GPU: 'GPUs', CPU: 'CPU cores', RAM: 'RAM slots of 8 GiB' };

function Facts({ target }: { target: Target }) {
  const lane = useLane(target.laneName);
  return (
    <section className="target-facts" aria-label="About the target">
      <p>
        <b>{target.title}</b> {target.hostname !== target.title && <span className="muted">{target.hostname}</span>} {!target.online && <span className="badge">Unreachable</span>}{' '}
        {target.drained && <span className="badge">Drained</span>}
      </p>
      {target.desc && <p className="muted">{target.desc}</p>}
      <p className="small">
        Lane {lane?.title ?? target.laneName}
        {usesOf(target).map(({ kind, used, total }) => ` · ${used} of ${total} ${SLOTS[kind]} in use`)}
      </p>
      {target.gpus.map((gpu) => (
        <p key={gpu.index} className="gpu">
          <b>GPU {gpu.index}</b>
          <span className="cut">
            {gpu.name} · {bytesText(gpu.mem)}
          </span>
          <meter min={0} max={1} value={gpu.utilisation ?? 0} aria-label={`Use of GPU ${gpu.index}`} />
          <span className="small">
            {gpu.utilisation === null ? 'use unknown' : `${Math.round(gpu.utilisation * 100)} % used`}
            {gpu.allocatedTo ? ` · ${gpu.allocatedTo.projectUid} ${gpu.allocatedTo.uid}` : ' · free'}
          </span>
        </p>
      ))}
    </section>
  );
}
