import { isPanelOpen } from '../../live/asks';
import { useBoard, useSelection, useValue } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { JobPanel } from './job-panel';
import { MultiPanel } from './multi-panel';

interface SidebarProps {
  scope: string;
  /** The job of the open job dialog: it is what the sidebar is about. */
  opened: Job | null;
}

/** About the job that is open or selected, or about all that are selected; nothing when there is none. */
export function Sidebar({ scope, opened }: SidebarProps) {
  const ids = useSelection(scope);
  const { sources } = useBoard();
  const isOpen = useValue(isPanelOpen);
  const [first] = ids;
  if (!opened && !first) return null;
  return (
    <aside className="sidebar" aria-label="Selection">
      {!opened && ids.length > 1 ? (
        <MultiPanel scope={scope} ids={ids} isOpen={isOpen} find={(id) => sources.find(id)} />
      ) : (
        <JobPanel key={opened?.id ?? first} id={opened?.id ?? first ?? ''} isViewed={opened !== null} isOpen={isOpen} />
      )}
    </aside>
  );
}
