import { UpdateClusterTargetDocument, UpdateNodeTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { EditButton } from './edit-button';
import type { Field, Values } from './form';
import { TEMPLATES } from './new-cluster';
import type { Target } from './target';
import { useTold } from './use-told';

interface EditTargetProps {
  target: Target;
  lanes: readonly string[];
  onChanged: () => void;
}

const NUMBERS = ['cpuCores', 'ramGb'];
/** What may be emptied: then the server's own are used, or none. */
const NULLABLE = ['workerBinPath', 'cachePath', 'desc'];

const indicesIn = (text: string): number[] => text.split(/[\s,]+/).filter(Boolean).map(Number);

/** The changed values as the server takes them. */
export function targetInput(changes: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => {
      if (name === 'gpus') return [name, { indexes: indicesIn(value) }];
      if (NUMBERS.includes(name)) return [name, Number(value)];
      return [name, NULLABLE.includes(name) ? value || null : value];
    }),
  );
}

function fieldsOf({ title, desc, laneName, hostname, workerBinPath, cachePath, config }: Target, lanes: readonly string[]): Field[] {
  const common: Field[] = [
    { name: 'title', label: 'Title', initial: title, required: true },
    { name: 'desc', label: 'Description', initial: desc ?? '' },
    { name: 'lane', label: 'Lane', initial: laneName, choices: lanes },
    { name: 'workerBinPath', label: 'Programs on it', initial: workerBinPath ?? '', hint: 'Empty for those of the server.' },
    { name: 'cachePath', label: 'SSD cache', initial: cachePath ?? '' },
  ];
  if (!config) return common;
  if ('scriptTpl' in config) return [...common, ...TEMPLATES.map((field) => ({ ...field, initial: String(config[field.name as keyof typeof config]) }))];
  return [
    ...common,
    { name: 'hostname', label: 'Host name', initial: hostname, required: true },
    { name: 'cpuCores', label: 'CPU cores', kind: 'number', initial: String(config.cpuCores), required: true },
    { name: 'ramGb', label: 'Memory (GiB)', kind: 'number', initial: String(config.ramGb), required: true, hint: 'Rounded down to slots of 8 GiB.' },
    { name: 'gpus', label: 'GPUs', initial: config.gpus.join(', '), hint: 'Their numbers; empty for none.' },
  ];
}

/** Changes what a target is called, what the scheduler may use of it, or the templates of a cluster. */
export function EditTarget({ target, lanes, onChanged }: EditTargetProps) {
  const tell = useTold();
  const change = async (changes: Values): Promise<boolean> => {
    const input = { name: target.name, ...targetInput(changes), expectedRevision: target.revision };
    const asked =
      target.type === 'NODE'
        ? request(UpdateNodeTargetDocument, { input }).then((answer) => answer.updateNodeTarget)
        : request(UpdateClusterTargetDocument, { input }).then((answer) => answer.updateClusterTarget);
    const done = await tell<{ errors: readonly { message: string }[] }>(asked);
    onChanged();
    return done !== null;
  };
  return <EditButton subject={`target ${target.name}`} fields={fieldsOf(target, lanes)} onChange={change} />;
}
