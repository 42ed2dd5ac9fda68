import { useState } from 'react';
import { DeclareTargetLostDocument, DeleteTargetDocument, VerifyTargetDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { ConfirmButton } from './confirm-button';
import { Drain } from './drain';
import { EditTarget } from './edit-target';
import { Quarantined } from './quarantined';
import type { Target } from './target';
import { useTold } from './use-told';

interface TargetLineProps {
  target: Target;
  /** Names of the lanes that it may belong to. */
  lanes: readonly string[];
  onChanged: () => void;
}

/** What a trial has shown, in words. */
const saidOf = (reachable: boolean | null): string =>
  reachable === null ? 'It was not tried: no scheduler took the trial up in time.' : reachable ? 'It answers.' : 'It does not answer.';

/** One machine or cluster: its state, and what can be done with it. */
export function TargetLine({ target, lanes, onChanged }: TargetLineProps) {
  const { name } = target;
  const subject = `target ${name}`;
  const tell = useTold();
  const [tried, setTried] = useState<string | null>(null);
  const verify = async (): Promise<void> => {
    setTried('Trying…');
    const payload = await tell(request(VerifyTargetDocument, { input: { name } }).then((answer) => answer.verifyTarget));
    setTried(payload && `${saidOf(payload.reachable)}\n${payload.output ?? ''}`.trim());
    onChanged();
  };
  const remove = async (): Promise<void> => {
    await tell(request(DeleteTargetDocument, { input: { name, idempotencyKey: newKey() } }).then((answer) => answer.deleteTarget));
    onChanged();
  };
  const declareLost = async (): Promise<void> => {
    await tell(request(DeclareTargetLostDocument, { input: { name, idempotencyKey: newKey() } }).then((answer) => answer.declareTargetLost));
    onChanged();
  };
  return (
    <div className="admin-target" data-admin-target={name}>
      <span className="dot" data-online={target.online} aria-hidden="true" />
      <b>{target.title}</b>
      <span className="small">
        {target.hostname}
        {target.cpuTotal !== null && ` · ${target.cpuTotal} CPU · ${target.gpuTotal} GPU · ${(target.ramSlotsTotal ?? 0) * 8} GiB`}
      </span>
      {!target.online && <span className="badge">Unreachable</span>}
      {target.declaredLostAt && <span className="badge">Declared lost</span>}
      {target.drained && <span className="badge">Drained</span>}
      <span className="admin-acts">
        <button type="button" className="button quiet" aria-label={`Verify ${name}`} onClick={() => void verify()}>
          Verify
        </button>
        <EditTarget target={target} lanes={lanes} onChanged={onChanged} />
        <Drain subject={subject} scope={{ target: name }} isDrained={target.drained} onChanged={onChanged} />
        {!target.online && target.type === 'NODE' && !target.declaredLostAt && (
          <ConfirmButton
            verb="Declare lost"
            subject={subject}
            consequence="Say so only of a machine that is gone or has been restarted: its jobs end as failed and their tokens are free. A run that still answers goes on. The machine is drained."
            onConfirm={() => void declareLost()}
          />
        )}
        <ConfirmButton verb="Delete" subject={subject} consequence="It leaves its lane. A target on which a job holds anything is not deleted." onConfirm={() => void remove()} />
      </span>
      {tried && (
        <pre className="tried" role="status">
          {tried}
        </pre>
      )}
      {target.quarantinedSlots.map((held) => (
        <Quarantined key={held.attempt ?? held.reason} target={name} held={held} onChanged={onChanged} />
      ))}
    </div>
  );
}
