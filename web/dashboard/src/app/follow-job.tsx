import { useEffect } from 'react';
import { JobChangesDocument, type JobChangesSubscription } from '../gql/graphql';
import { useBoard, useOpened } from '../live/hooks';
import { watchLoss } from '../live/loss';
import { openShelf } from '../live/shelf';

type Message = JobChangesSubscription['jobChanges'];

interface FollowJobProps {
  project: string;
  job: string;
  /** The job was there and is not for this user any more (true), or is again (false); a deleted one is not lost. */
  onLoss?: (isLost: boolean) => void;
}

/** Keeps one job up to date while it is open, whether or not a place holds it too. */
export function FollowJob({ project, job, onLoss }: FollowJobProps) {
  const { client, sources } = useBoard();
  const opened = useOpened(
    () => {
      const open = openShelf<Message>(client, {
        document: JobChangesDocument,
        variables: { filter: { projectUids: [project], jobUids: [job] } },
        read: (message) => ({ ...message, upsertedJobs: message.upserted, removedJobs: message.removed }),
      });
      watchLoss(open.shelf, (isLost) => onLoss?.(isLost));
      return open;
    },
    `${project}.${job}`,
  );
  useEffect(() => (opened ? sources.add(opened.shelf) : undefined), [opened, sources]);
  return null;
}
