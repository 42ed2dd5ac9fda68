import type { ComponentType } from 'react';
import { JobInteractionDocument } from '../../gql/graphql';
import type { Job } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { classesIn } from './classes';
import { CurateExposures } from './curate-exposures';
import { curatedIn } from './curation';
import { type PanelProps, useReply } from './reply';
import { fieldsOf } from './schema-form';
import { SchemaFields } from './schema-fields';
import { SelectClasses } from './select-classes';

interface Panel {
  readonly Shown: ComponentType<PanelProps>;
  /** What it reads in the data; null if the data is not what the panel is made for. */
  readonly read: (data: unknown) => unknown;
}

/** The panels, by the kind of the question. */
const PANELS: Readonly<Record<string, Panel>> = {
  select_2D: { Shown: SelectClasses, read: classesIn },
  curate_exposures: { Shown: CurateExposures, read: curatedIn },
};

/** What a waiting job asks: in a panel made for it, or as a form from its schema; the answer lets the job go on. */
export function Interact({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInteractionDocument, { job: { id: job.id } }, job.revision);
  const reply = useReply(job.id);
  const asked = data?.job?.interaction;
  if (!asked) return <p className="pad muted">{problem ?? (data ? 'The job asks nothing now.' : 'Loading…')}</p>;
  const panel = PANELS[asked.kind];
  const question = `${job.id} ${data?.job?.waitingAt}`;
  return (
    <div className="interact" data-interaction={asked.kind}>
      <h3>{asked.title}</h3>
      {panel && panel.read(asked.data) !== null ? (
        <panel.Shown key={question} job={job} question={question} data={asked.data} reply={reply} />
      ) : (
        <>
          <details>
            <summary>What the job has to say</summary>
            <pre>{JSON.stringify(asked.data, null, 2)}</pre>
          </details>
          <SchemaFields key={question} fields={fieldsOf(asked.submitSchema)} reply={reply} />
        </>
      )}
    </div>
  );
}
