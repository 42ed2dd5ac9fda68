import { FreeQuarantinedSlotsDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { Age } from '../../ui/age';
import { ConfirmButton } from './confirm-button';
import type { Target } from './target';
import { useTold } from './use-told';

interface QuarantinedProps {
  target: string;
  held: Target['quarantinedSlots'][number];
  onChanged: () => void;
}

const several = (count: number, word: string): string => (count > 0 ? `${count} ${word}` : '');

/** Slots that are kept back after a run whose end is not proven; an administrator may free them. */
export function Quarantined({ target, held: { attempt, reason, since, gpu, cpu, freeRequestedAt }, onChanged }: QuarantinedProps) {
  const tell = useTold();
  const free = async (run: string): Promise<void> => {
    const input = { name: target, attempt: run, idempotencyKey: newKey() };
    await tell(request(FreeQuarantinedSlotsDocument, { input }).then((answer) => answer.freeQuarantinedSlots));
    onChanged();
  };
  const what = [several(gpu.length, 'GPU'), several(cpu.length, 'CPU')].filter(Boolean).join(', ');
  return (
    <p className="quarantined small">
      <span>
        {what} kept back after {attempt ?? 'a job'} for <Age since={since} />: {reason}
      </span>
      {freeRequestedAt && <span className="tag">Being freed</span>}
      {attempt && !freeRequestedAt && (
        <ConfirmButton
          verb="Free"
          subject={`the slots of ${attempt}`}
          consequence="Only if its processes are certainly gone. If they live, the next job shares its GPUs with them. The audit log keeps who said so."
          onConfirm={() => void free(attempt)}
        />
      )}
    </p>
  );
}
