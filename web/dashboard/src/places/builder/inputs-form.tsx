import { type DragEvent, useMemo, useState } from 'react';
import { ConnectJobInputDocument, DisconnectJobInputDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { plainText } from '../../lib/markdown';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import { StatusMark } from '../../ui/status';
import type { Built, Candidate } from './editor';
import { type Offer, offersOf } from './offers';
import type { JobType } from './type-picker';

type Input = Built['inputs'][number];

interface InputsFormProps {
  built: Built;
  types: readonly JobType[];
  candidates: readonly Candidate[];
  isEditable: boolean;
  onChanged: () => void;
}

/** The inputs of a job, and what could be connected to them: by dragging, or by choosing from a list. */
export function InputsForm({ built, types, candidates, isEditable, onChanged }: InputsFormProps) {
  const { toasts } = useBoard();
  const [dragged, setDragged] = useState<Offer | null>(null);
  const offers = useMemo(() => offersOf(candidates, types, built.id), [candidates, types, built.id]);
  const wanted = new Set(built.inputs.map(({ type }) => type));
  const target = { job: { id: built.id } };
  const connect = async (input: string, { job, output }: Offer): Promise<void> => {
    const given = { target, input, parentJobUid: job, output, idempotencyKey: newKey() };
    await told(toasts, request(ConnectJobInputDocument, { input: given }).then((answer) => answer.connectJobInput));
    onChanged();
  };
  const disconnect = async (input: string, index: number): Promise<void> => {
    const given = { target, input, index, idempotencyKey: newKey() };
    await told(toasts, request(DisconnectJobInputDocument, { input: given }).then((answer) => answer.disconnectJobInput));
    onChanged();
  };
  return (
    <section aria-label="Inputs" className="inputs-form">
      <h2>Inputs</h2>
      {built.inputs.length === 0 && <p className="muted">This type of job takes none.</p>}
      {built.inputs.map((input) => (
        <InputSlot
          key={input.name}
          input={input}
          offers={offers.filter(({ type }) => type === input.type)}
          dragged={dragged}
          isEditable={isEditable}
          onConnect={(offer) => void connect(input.name, offer)}
          onDisconnect={(index) => void disconnect(input.name, index)}
        />
      ))}
      {built.inputs.length > 0 && isEditable && (
        <>
          <h3>Outputs in this workspace</h3>
          <ul className="offers">
            {offers
              .filter(({ type }) => wanted.has(type))
              .map((offer) => (
                // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the list of each input is the keyboard's way
                <li
                  key={`${offer.jobId} ${offer.output}`}
                  draggable
                  data-offer={`${offer.job}.${offer.output}`}
                  onDragStart={(event) => {
                    event.dataTransfer.setData('text/plain', `${offer.job}.${offer.output}`);
                    setDragged(offer);
                  }}
                  onDragEnd={() => setDragged(null)}
                >
                  <span className="uid">{offer.job}</span> <span className="cut">{offer.title}</span> <span className="tag">{offer.type}</span>
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface InputSlotProps {
  input: Input;
  offers: readonly Offer[];
  dragged: Offer | null;
  isEditable: boolean;
  onConnect: (offer: Offer) => void;
  onDisconnect: (index: number) => void;
}

function InputSlot({ input, offers, dragged, isEditable, onConnect, onDisconnect }: InputSlotProps) {
  const isFull = input.countMax !== null && input.connections.length >= input.countMax;
  const fits = dragged?.type === input.type && isEditable && !isFull;
  const take = (event: DragEvent): void => {
    event.preventDefault();
    if (fits && dragged) onConnect(dragged);
  };
  return (
    <div className="slot" data-slot={input.name} data-fits={fits} onDragOver={(event) => fits && event.preventDefault()} onDrop={take}>
      <p>
        <b>{input.title}</b> <span className="tag">{input.type}</span> {input.required && <span className="small">required</span>}
      </p>
      {input.description && <p className="small">{plainText(input.description)}</p>}
      {input.connections.map(({ index, output, parent, sourceMissing }) => (
        <p key={index} className="connection" data-status={parent.status}>
          <StatusMark status={parent.status} />
          <span className="cut">
            {parent.uid} {parent.title || parent.typeTitle} · {output}
            {sourceMissing && ' · its files are gone'}
          </span>
          {isEditable && (
            <button type="button" className="icon-button" aria-label={`Disconnect ${parent.uid} ${output} from ${input.title}`} onClick={() => onDisconnect(index)}>
              ✕
            </button>
          )}
        </p>
      ))}
      {isEditable && !isFull && (
        <select aria-label={`Connect to ${input.title}`} value="" onChange={(event) => event.target.value !== '' && onConnect(offers[Number(event.target.value)] as Offer)}>
          <option value="">{offers.length > 0 ? 'Connect… or drag an output here' : `No job here gives ${input.type}`}</option>
          {offers.map((offer, index) => (
            <option key={`${offer.jobId} ${offer.output}`} value={index}>
              {offer.job} {offer.jobTitle} · {offer.title}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
