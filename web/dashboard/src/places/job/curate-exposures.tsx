import { useMemo, useState } from 'react';
import { InteractionImagesDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';
import { shareText } from './classes';
import { type Choices, curatedIn, decided, type Exposure, isAccepted, limited, type Measure, NO_CHOICES, replyOf } from './curation';
import { ExposureTable, type ExposureOrder, ordered } from './exposure-table';
import { LimitsOf } from './limits';
import { type PanelProps, useDraft } from './reply';

const SHOWN = { all: 'All', accepted: 'Accepted', rejected: 'Rejected' } as const;
type Shown = keyof typeof SHOWN;

const NOTHING = { exposures: [], measures: [] };

/** Exposures with their measures: limits part them, and a tick has the last word on each. */
export function CurateExposures({ job, question, data, reply }: PanelProps) {
  const { exposures, measures } = useMemo(() => curatedIn(data) ?? NOTHING, [data]);
  const [choices, setChoices] = useDraft<Choices>(question, NO_CHOICES);
  const [shown, setShown] = useState<Shown>('all');
  const [order, setOrder] = useState<ExposureOrder>({ by: 'index', isFalling: false });
  const [looked, setLooked] = useState<Exposure | null>(null);
  const near = looked ?? exposures[0]; // it has its place from the start, so that nothing moves under the pointer
  const accepted = exposures.filter((one) => isAccepted(one, choices)).length;
  const rows = useMemo(() => {
    const some = shown === 'all' ? exposures : exposures.filter((one) => isAccepted(one, choices) === (shown === 'accepted'));
    return ordered(some, order);
  }, [exposures, choices, shown, order]);
  return (
    <form
      className="choosing"
      onSubmit={(event) => {
        event.preventDefault();
        reply.send(replyOf(choices));
      }}
    >
      <div className="choosing-tools">
        <select aria-label="Exposures shown" value={shown} onChange={(event) => setShown(event.target.value as Shown)}>
          {Object.entries(SHOWN).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <button type="button" className="button" onClick={() => setChoices(NO_CHOICES)}>
          Begin anew
        </button>
        <output className="choosing-sum">
          <b>{accepted.toLocaleString()}</b> of {exposures.length.toLocaleString()} exposures accepted ({shareText(accepted, exposures.length)}),{' '}
          {Object.keys(choices.byHand).length} decided by hand
        </output>
        <button type="submit" className="button main" disabled={reply.isBusy}>
          Keep {accepted === 1 ? '1 exposure' : `${accepted.toLocaleString()} exposures`}
        </button>
      </div>
      <div className="limits">
        {measures.map((measure) => (
          <LimitsOf
            key={measure.name}
            measure={measure}
            exposures={exposures}
            limits={choices.limits[measure.name] ?? { min: null, max: null }}
            onLimits={(limits) => setChoices(limited(choices, measure.name, limits))}
          />
        ))}
      </div>
      <div className="curated">
        <ExposureTable
          rows={rows}
          measures={measures}
          choices={choices}
          order={order}
          onOrder={setOrder}
          onLook={setLooked}
          onDecide={(exposure, isKept) => setChoices(decided(exposure, choices, isKept))}
        />
        {near && <Look job={job.id} exposure={near} measures={measures} />}
      </div>
    </form>
  );
}

interface LookProps {
  job: string;
  exposure: Exposure;
  measures: readonly Measure[];
}

/** One exposure from near: its picture and its values. */
function Look({ job, exposure: { name, image, values }, measures }: LookProps) {
  const { data } = useAnswer(InteractionImagesDocument, image ? { job: { id: job }, paths: [image] } : null);
  const [found] = data?.job?.interaction?.images ?? [];
  return (
    <aside className="look" aria-label={`Exposure ${name}`}>
      <h4 className="cut">{name}</h4>
      {found ? <img src={found.url} alt={`Diagnostics of ${name}`} /> : <p className="muted">{image ? '' : 'It has no picture.'}</p>}
      <dl className="facts">
        {measures.map((measure) => (
          <div key={measure.name}>
            <dt>{measure.title}</dt>
            <dd>{values[measure.name]?.toLocaleString() ?? 'not known'}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
