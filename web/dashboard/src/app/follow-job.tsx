import { useEffect } from 'react';
import { JobChangesDocument, type JobChangesSubscription } from '../gql/graphql';
import { useBoard, useOpened } from '../live/hooks';
import { openShelf } from '../live/shelf';

type Message = JobChangesSubscription['jobChanges'];

/** Keeps one job up to date while it is open, whether or not a place holds it too. */
export function FollowJob({ project, job }: { project: string; job: string }) {
  const { client, sources } = useBoard();
  const opened = useOpened(
    () =>
      openShelf<Message>(client, {
        document: JobChangesDocument,
        variables: { filter: { projectUids: [project], jobUids: [job] } },
        read: (message) => ({ ...message, upsertedJobs: message.upserted, removedJobs: message.removed }),
      }),
    `${project}.${job}`,
  );
  useEffect(() => (opened ? sources.add(opened.shelf) : undefined), [opened, sources]);
  return null;
}
