import { type FormEvent, useState } from 'react';
import { QueueChoicesDocument, ScriptPreviewDocument } from '../../gql/graphql';
import { closeAsk } from '../../live/asks';
import type { QueueChoice } from '../../live/bulk';
import { useBoard } from '../../live/hooks';
import { carryOut } from '../../live/perform';
import { useAnswer } from '../../live/query';
import { Dialog } from '../../ui/dialog';
import { type ActionAsk, titleOf } from './action-ask';
import { JobList } from './job-list';
import { type LaneChoice, type Pin, PinnedGpus } from './pinned-gpus';

/** What is sent of the choices made; empty fields are left to the server. */
export function queueChoice(lane: string, priority: string, pin: Pin | null, vars: Readonly<Record<string, string>>): QueueChoice {
  const given = Object.entries(vars).filter(([, value]) => value !== '');
  return {
    lane,
    ...(priority !== '' && { priority: Number(priority) }),
    ...(pin && { hostname: pin.hostname }),
    ...(pin && pin.gpus.length > 0 && { gpus: [...pin.gpus] }),
    ...(given.length > 0 && { clusterCustomVars: given.map(([name, value]) => ({ name, value })) }),
  };
}

/** Asks for the lane, and for what a job may want of it; jobs that are in a queue only change it. */
export function QueueDialog({ ask }: { ask: ActionAsk }) {
  const { actions } = useBoard();
  const isNew = ask.action === 'queue';
  const [first] = ask.jobs;
  const ref = { id: first?.id ?? '' };
  const { data, problem } = useAnswer(QueueChoicesDocument, { job: ref });
  const [chosen, setChosen] = useState<string | null>(null);
  const [priority, setPriority] = useState('');
  const [pin, setPin] = useState<Pin | null>(null);
  const [vars, setVars] = useState<Record<string, string>>({});
  const lanes = (data?.lanes ?? []).filter(({ queuePermitted }) => queuePermitted);
  const usual = lanes.find(({ name }) => name === data?.job?.queuedToLane) ?? lanes.find(({ isDefault }) => isDefault) ?? lanes[0];
  const lane = lanes.find(({ name }) => name === chosen) ?? usual;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (lane) void carryOut(actions, ask.action, ask.jobs, { queue: queueChoice(lane.name, priority, pin, vars) });
  };
  return (
    <Dialog title={titleOf(ask)} onClose={closeAsk} wide>
      <form className="form" onSubmit={submit}>
        <JobList jobs={ask.jobs} outcome={null} />
        <Lanes lanes={lanes} chosen={lane?.name} onChoose={(name) => { setChosen(name); setPin(null); }} />
        {problem && <p className="problem">{problem}</p>}
        {data && lanes.length === 0 && <p className="problem">You may queue to no lane. Ask an administrator.</p>}
        {isNew && data?.viewer?.maySetPriority && (
          <label className="field">
            <span>Priority</span>
            <input type="number" min={0} max={100} value={priority} placeholder={String(data.viewer.defaultPriority ?? 0)} onChange={(event) => setPriority(event.target.value)} />
          </label>
        )}
        {isNew && ask.jobs.length === 1 && lane?.type === 'NODE' && (
          <PinnedGpus lane={lane} needed={data?.job?.resourceSpec.gpu ?? 0} pin={pin} onPin={setPin} />
        )}
        {lane?.type === 'CLUSTER' && <ClusterVars lane={lane} held={data?.job?.clusterCustomVars ?? []} vars={vars} onVars={setVars} />}
        {lane?.type === 'CLUSTER' && ask.jobs.length === 1 && <Preview job={ref} lane={lane.name} />}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={closeAsk}>
            Cancel
          </button>
          <button type="submit" className="button main" data-autofocus aria-disabled={!lane}>
            {isNew ? `Queue ${ask.jobs.length === 1 ? 'job' : `${ask.jobs.length} jobs`}` : 'Change lane'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface LanesProps {
  lanes: readonly LaneChoice[];
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

function Lanes({ lanes, chosen, onChoose }: LanesProps) {
  return (
    <fieldset className="choices lanes-choice">
      <legend>Lane</legend>
      {lanes.map((lane) => (
        <label key={lane.id} className="choice">
          <input type="radio" name="lane" value={lane.name} checked={lane.name === chosen} onChange={() => onChoose(lane.name)} />
          <b>{lane.title}</b>
          <span className="small">
            {lane.type === 'NODE' ? 'node' : 'cluster'} · {lane.runningCount} active, {lane.queueLength} queued
            {lane.drained && ' · drained'}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ClusterVarsProps {
  lane: LaneChoice;
  held: readonly { name: string; value: string }[];
  vars: Record<string, string>;
  onVars: (vars: Record<string, string>) => void;
}

/** The variables that the script of a cluster asks for; what stays empty takes the value shown in grey. */
function ClusterVars({ lane, held, vars, onVars }: ClusterVarsProps) {
  const names = [...new Set(lane.targets.flatMap(({ clusterCustomVarNames }) => clusterCustomVarNames))];
  const usual = new Map(lane.targets.flatMap(({ clusterCustomVars }) => clusterCustomVars.map(({ name, value }) => [name, value])));
  held.forEach(({ name, value }) => usual.set(name, value));
  if (names.length === 0) return null;
  return (
    <fieldset className="choices">
      <legend>Cluster variables</legend>
      {names.map((name) => (
        <label key={name} className="field">
          <span>{name}</span>
          <input value={vars[name] ?? ''} placeholder={usual.get(name) ?? ''} onChange={(event) => onVars({ ...vars, [name]: event.target.value })} />
        </label>
      ))}
    </fieldset>
  );
}

function Preview({ job, lane }: { job: { id: string }; lane: string }) {
  const [isOpen, setOpen] = useState(false);
  const { data, problem } = useAnswer(ScriptPreviewDocument, isOpen ? { job, lane } : null);
  const preview = data?.clusterScriptPreview;
  return (
    <details className="preview" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Preview of the script</summary>
      {problem && <p className="problem">{problem}</p>}
      {preview?.problems.map((text) => (
        <p key={text} className="problem">
          {text}
        </p>
      ))}
      {preview && <pre>{preview.script}</pre>}
    </details>
  );
}
