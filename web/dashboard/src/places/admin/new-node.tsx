import { CreateNodeTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { FoldedForm, type Values } from './form';
import { type NewTargetProps, placeFields } from './target-place';
import { useTold } from './use-told';

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
