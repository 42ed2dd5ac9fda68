import { useState } from 'react';
import { UpdateWorkspaceDocument, type WorkspaceWordsFragment } from '../gql/graphql';
import { request } from '../lib/api';
import { asked } from '../live/asks';
import { useBoard } from '../live/hooks';
import { told } from '../live/told';
import { WordsDialog } from '../ui/words-dialog';

interface WorkspaceSettingsProps {
  project: string;
  workspace: string;
  present: WorkspaceWordsFragment;
}

/** Changes what a workspace is called, which its stream tells everybody, or deletes it. */
export function WorkspaceSettings({ project, workspace, present }: WorkspaceSettingsProps) {
  const { toasts } = useBoard();
  const [read, setRead] = useState<number | null>(null);
  const [isRefused, setRefused] = useState(false);
  const save = async (words: { title: string; description: string }): Promise<void> => {
    const expectedRevision = isRefused ? present.revision : read; // what others change meanwhile is not overwritten unless one was told so
    const input = { projectUid: project, workspaceUid: workspace, ...words, expectedRevision };
    const done = await told(toasts, request(UpdateWorkspaceDocument, { input }).then((answer) => answer.updateWorkspace));
    setRefused(!done);
    if (done) setRead(null);
  };
  const remove = (): void => {
    setRead(null);
    asked.set({ kind: 'delete-place', project, workspace, title: present.title ?? '' });
  };
  return (
    <>
      <button type="button" className="button quiet" onClick={() => setRead(present.revision)}>
        Edit…
      </button>
      {read !== null && (
        <WordsDialog
          heading={`Title and description of ${project} ${workspace}`}
          title={present.title ?? ''}
          description={present.description ?? ''}
          isTitleNeeded
          apart={
            <button type="button" className="button apart" onClick={remove}>
              Delete…
            </button>
          }
          onSave={(words) => void save(words)}
          onClose={() => setRead(null)}
        />
      )}
    </>
  );
}
