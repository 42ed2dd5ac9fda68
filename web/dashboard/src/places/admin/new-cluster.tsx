import { useState } from 'react';
import { type ClusterPresetsQuery, ClusterPresetsDocument, CreateClusterTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useAnswer } from '../../live/query';
import { Toggle } from '../../ui/toggle';
import { type Field, Form } from './form';
import { type NewTargetProps, placeFields } from './target-place';
import { useTold } from './use-told';

type Preset = NonNullable<ClusterPresetsQuery['clusterPresets']>[number];

/** The templates of a cluster; all are required. */
export const TEMPLATES: readonly Field[] = [
  { name: 'sendCmdTpl', label: 'Send', required: true },
  { name: 'qsubCmdTpl', label: 'Submit', required: true },
  { name: 'qstatCmdTpl', label: 'Status', required: true },
  { name: 'qdelCmdTpl', label: 'Cancel', required: true },
  { name: 'qinfoCmdTpl', label: 'Information', required: true },
  { name: 'scriptTpl', label: 'Script', kind: 'lines', required: true },
];

const SYSTEMS: Record<Preset['system'], string> = { SLURM: 'Slurm', PBS: 'PBS', SGE: 'Grid Engine' };

const templatesOf = (preset: Preset): Field[] => TEMPLATES.map((field) => ({ ...field, initial: preset[field.name as keyof Preset] }));

/** A cluster, by the templates of its commands and of its script; CryoSPARC's work unchanged. */
export function NewCluster({ lanes, onMade }: NewTargetProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="button">New cluster</summary>
      {isOpen && <ByPreset lanes={lanes} onMade={onMade} />}
    </details>
  );
}

/** The form, filled with what a batch system usually needs. */
function ByPreset({ lanes, onMade }: NewTargetProps) {
  const tell = useTold();
  const { data, problem } = useAnswer(ClusterPresetsDocument, {});
  const [system, setSystem] = useState<Preset['system']>('SLURM');
  const presets = data?.clusterPresets ?? [];
  const preset = presets.find((one) => one.system === system);
  if (!preset) return <p className="problem">{problem}</p>;
  return (
    <>
      <Toggle
        legend="Batch system"
        name="system"
        choices={presets.map((one) => ({ value: one.system, label: SYSTEMS[one.system] }))}
        value={system}
        onChoose={setSystem}
      />
      <Form
        key={system}
        title="New cluster"
        verb="Add cluster"
        fields={[...placeFields(lanes), ...templatesOf(preset), { name: 'workerBinPath', label: 'Programs on the cluster' }]}
        onSubmit={async ({ lane = '', name = '', title, scriptTpl = '', workerBinPath, ...templates }) => {
          const input = { lane, name, scriptTpl, ...templates, ...(title && { title }), ...(workerBinPath && { workerBinPath }), idempotencyKey: newKey() };
          const done = await tell(request(CreateClusterTargetDocument, { input }).then((answer) => answer.createClusterTarget));
          onMade();
          return done !== null;
        }}
      />
    </>
  );
}
