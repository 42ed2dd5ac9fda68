import { useState } from 'react';
import { WordsDialog } from '../../ui/words-dialog';
import { KeptIterations } from './kept-iterations';
import { useUpdate } from './update';
import type { Project } from './use-projects';

/** Changes what a project is called and keeps, and puts it away or brings it back. */
export function Settings({ project }: { project: Project }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Settings…
      </button>
      {isOpen && <SettingsDialog project={project} onClose={() => setOpen(false)} />}
    </>
  );
}

function SettingsDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const update = useUpdate(project);
  const [{ revision }] = useState(project);
  const [isRefused, setRefused] = useState(false);
  const expectedRevision = isRefused ? project.revision : revision; // what others change meanwhile is not overwritten unless one was told so
  const [kept, setKept] = useState<readonly string[]>(project.keepIterationsOf);
  const change = async (changes: Parameters<typeof update>[0]): Promise<void> => {
    if (await update(changes)) onClose();
    else setRefused(true);
  };
  return (
    <WordsDialog
      heading={`Settings of ${project.uid}`}
      title={project.title}
      description={project.description}
      isTitleNeeded
      isFixed={project.archived}
      apart={
        <button type="button" className="button apart" onClick={() => void change({ archived: !project.archived })}>
          {project.archived ? 'Bring back' : 'Archive'}
        </button>
      }
      onSave={(words) => void change({ ...words, keepIterationsOf: [...kept], expectedRevision })}
      onClose={onClose}
    >
      <KeptIterations kept={kept} onChange={setKept} />
      <p className="muted">
        {project.archived
          ? 'It is archived: it can be read, and nothing in it can be changed or queued.'
          : 'Archived, it can still be read, but nothing in it can be changed or queued. It can be brought back.'}
      </p>
    </WordsDialog>
  );
}
