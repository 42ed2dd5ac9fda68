import { CandidatesDocument, JobTypesDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';
import { PlaceLink } from '../../ui/place-link';
import { Editor } from './editor';
import { TypePicker } from './type-picker';

interface BuilderProps {
  project: string;
  workspace: string;
  /** The job being built; null while its type is being chosen. */
  job: string | null;
}

/** Builds a job: its type first, then its inputs and parameters. */
export function Builder({ project, workspace, job }: BuilderProps) {
  const types = useAnswer(JobTypesDocument, {});
  const where = useAnswer(CandidatesDocument, { projectUid: project, workspaceUid: workspace }, job);
  return (
    <div className="place-scroll builder">
      <header className="place-head">
        <p className="crumbs">
          <PlaceLink to={{ kind: 'project', project }}>{project}</PlaceLink>
          <PlaceLink to={{ kind: 'workspace', project, workspace, layout: 'cards' }}>
            {workspace} {where.data?.workspace?.title}
          </PlaceLink>
        </p>
        <h1>{job ? `Build ${job}` : 'New job'}</h1>
      </header>
      {(types.problem ?? where.problem) && <p className="problem pad">{types.problem ?? where.problem}</p>}
      {job === null && types.data?.jobTypes && <TypePicker types={types.data.jobTypes} project={project} workspace={workspace} />}
      {job !== null && types.data?.jobTypes && (
        <Editor key={job} project={project} job={job} types={types.data.jobTypes} candidates={where.data?.workspace?.jobs.nodes ?? []} />
      )}
    </div>
  );
}
