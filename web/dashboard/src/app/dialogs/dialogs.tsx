import { asked } from '../../live/asks';
import { useValue } from '../../live/hooks';
import { ActionDialog } from './action-dialog';
import { ClearProject } from './clear-project';
import { DeletePlace } from './delete-place';
import { KeySheet } from './key-sheet';
import { Spotlight } from './spotlight';
import { TagsDialog } from './tags-dialog';
import { NewProject, NewWorkspace } from './title-dialog';

/** The one modal dialog that is open, if any. */
export function Dialogs() {
  const ask = useValue(asked);
  switch (ask?.kind) {
    case undefined:
      return null;
    case 'action':
      return <ActionDialog ask={ask} />;
    case 'tags':
      return <TagsDialog jobs={ask.jobs} />;
    case 'clear-project':
      return <ClearProject project={ask.project} title={ask.title} />;
    case 'delete-place':
      return <DeletePlace {...ask} />;
    case 'new-project':
      return <NewProject />;
    case 'new-workspace':
      return <NewWorkspace project={ask.project} />;
    case 'spotlight':
      return <Spotlight />;
    case 'keys':
      return <KeySheet />;
  }
}
