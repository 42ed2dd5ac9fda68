import { useEffect } from 'react';
import { JobChangesDocument, type JobChangesSubscription } from '../gql/graphql';
import { useBoard, useOpened } from '../live/hooks';
import { openShelf } from '../live/shelf';

type Message = JobChangesSubscription['jobChanges'];

interface FollowJobProps {
  project: string;
  job: string;
  /** The job exists, but not for this user any more. */
  onLost?: () => void;
}

/** Keeps one job up to date while it is open, whether or not a place holds it too. */
export function FollowJob({ project, job, onLost }: FollowJobProps) {
  const { client, sources } = useBoard();
  const opened = useOpened(
    () =>
      openShelf<Message>(client, {
        document: JobChangesDocument,
        variables: { filter: { projectUids: [project], jobUids: [job] } },
        read: (message) => {
          if (message.removed.some(({ deleted }) => !deleted)) onLost?.();
          return { ...message, upsertedJobs: message.upserted, removedJobs: message.removed };
        },
      }),
    `${project}.${job}`,
  );
  useEffect(() => (opened ? sources.add(opened.shelf) : undefined), [opened, sources]);
  return null;
}
