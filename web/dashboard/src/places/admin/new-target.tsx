import { CreateClusterTargetDocument, CreateNodeTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { type Field, FoldedForm, type Values } from './form';
import { useTold } from './use-told';

interface NewTargetProps {
  /** Names of the lanes that it may join. */
  lanes: readonly string[];
  onMade: () => void;
}

const placeFields = (lanes: readonly string[]): Field[] => [
  { name: 'lane', label: 'Lane', choices: lanes, initial: lanes[0] ?? '', required: true },
  { name: 'name', label: 'Name', required: true, hint: 'Unique; it never changes.' },
  { name: 'title', label: 'Title' },
];

const nodeInput = (values: Values) => {
  const { lane = '', name = '', title, hostname = '', sshHost, sshUser, cpuCores, ramGb, workerBinPath, cachePath } = values;
  return {
    lane,
    name,
    hostname,
    cpuCores: Number(cpuCores),
    ramGb: Number(ramGb),
    ...(values.gpus === 'yes' && { gpus: { detect: true } }),
    ...(title && { title }),
    ...(sshHost && { ssh: { host: sshHost, user: sshUser ?? '' } }),
    ...(workerBinPath && { workerBinPath }),
    ...(cachePath && { cachePath }),
    idempotencyKey: newKey(),
  };
};

/** A machine of its own: this one, or one over SSH. */
export function NewNode({ lanes, onMade }: NewTargetProps) {
  const tell = useTold();
  return (
    <FoldedForm
      title="New machine"
      verb="Add machine"
      fields={[
        ...placeFields(lanes),
        { name: 'hostname', label: 'Host name', required: true },
        { name: 'sshHost', label: 'SSH host', hint: 'Empty for the server itself.' },
        { name: 'sshUser', label: 'SSH user' },
        { name: 'cpuCores', label: 'CPU cores', kind: 'number', required: true },
        { name: 'ramGb', label: 'Memory (GiB)', kind: 'number', required: true, hint: 'Rounded down to slots of 8 GiB.' },
        { name: 'gpus', label: 'Find its GPUs', kind: 'check' },
        { name: 'workerBinPath', label: 'Programs on the machine' },
        { name: 'cachePath', label: 'SSD cache' },
      ]}
      onSubmit={async (values) => {
        const done = await tell(request(CreateNodeTargetDocument, { input: nodeInput(values) }).then((answer) => answer.createNodeTarget));
        onMade();
        return done !== null;
      }}
    />
  );
}

const TEMPLATES: readonly Field[] = [
  { name: 'sendCmdTpl', label: 'Send', initial: '{{ command }}', required: true },
  { name: 'qsubCmdTpl', label: 'Submit', initial: 'sbatch {{ script_path_abs }}', required: true },
  { name: 'qstatCmdTpl', label: 'Status', initial: 'squeue -j {{ cluster_job_id }}', required: true },
  { name: 'qdelCmdTpl', label: 'Cancel', initial: 'scancel {{ cluster_job_id }}', required: true },
  { name: 'qinfoCmdTpl', label: 'Information', initial: 'sinfo', required: true },
  { name: 'scriptTpl', label: 'Script', kind: 'lines', required: true, initial: '#!/bin/bash\n#SBATCH --cpus-per-task={{ num_cpu }}\n{{ run_cmd }}\n' },
];

/** A cluster, by the templates of its commands and of its script; CryoSPARC's work unchanged. */
export function NewCluster({ lanes, onMade }: NewTargetProps) {
  const tell = useTold();
  return (
    <FoldedForm
      title="New cluster"
      verb="Add cluster"
      fields={[...placeFields(lanes), ...TEMPLATES, { name: 'workerBinPath', label: 'Programs on the cluster' }]}
      onSubmit={async ({ lane = '', name = '', title, scriptTpl = '', workerBinPath, ...templates }) => {
        const input = { lane, name, scriptTpl, ...templates, ...(title && { title }), ...(workerBinPath && { workerBinPath }), idempotencyKey: newKey() };
        const done = await tell(request(CreateClusterTargetDocument, { input }).then((answer) => answer.createClusterTarget));
        onMade();
        return done !== null;
      }}
    />
  );
}
