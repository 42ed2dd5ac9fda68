import { type MouseEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { goTo } from '../../lib/navigate';
import { asked } from '../../live/asks';
import { Dots } from '../../ui/icons';
import { Menu, type MenuItem } from '../../ui/menu';
import type { ListedProject } from './all-projects';
import { useUpdate } from './update';

interface ProjectTileProps {
  project: ListedProject;
  onChanged: () => void;
  children: ReactNode;
}

/** A project of the list, with its quick menu: by right-click, or by the button with the dots. */
export function ProjectTile({ project, onChanged, children }: ProjectTileProps) {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const openAt = (event: MouseEvent): void => {
    event.preventDefault();
    setAt({ x: event.clientX, y: event.clientY });
  };
  const openBelow = (): void => {
    const { left, bottom } = button.current?.getBoundingClientRect() ?? { left: 0, bottom: 0 };
    setAt({ x: left, y: bottom });
  };
  const close = useCallback(() => {
    setAt(null);
    button.current?.focus();
  }, []);
  const items = useItems(project, onChanged);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button in it opens the same menu
    <li className="tile" data-project={project.uid} onContextMenu={openAt}>
      <button ref={button} type="button" className="icon-button tile-menu" aria-label={`Menu of ${project.uid}`} aria-haspopup="menu" onClick={openBelow}>
        <Dots />
      </button>
      {children}
      {at && <Menu label={`Actions of ${project.uid}`} at={at} sections={[{ id: 'project', label: 'Project actions', items }]} onClose={close} />}
    </li>
  );
}

function useItems(project: ListedProject, onChanged: () => void): MenuItem[] {
  const update = useUpdate(project, onChanged);
  const { uid, title, queuePaused, archived } = project;
  const refusal = archived ? 'The project is archived.' : undefined;
  return [
    { id: 'open', label: 'Open', run: () => goTo({ kind: 'project', project: uid }) },
    { id: 'clear_intermediate', label: 'Clear Intermediate Results…', refusal, run: () => asked.set({ kind: 'clear-project', project: uid, title }) },
    { id: 'pause', label: queuePaused ? 'Resume the queue' : 'Pause the queue', refusal, run: () => void update({ queuePaused: !queuePaused }) },
  ];
}
