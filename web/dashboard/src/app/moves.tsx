import { useEffect, useState } from 'react';
import { useBoard, useStore } from '../live/hooks';
import type { Job } from '../live/objects';
import { statusWord } from '../ui/status';

/** One sentence for what changed in one frame. */
function sentenceFor(moves: readonly Job[]): string {
  const [first] = moves;
  if (!first) return '';
  if (moves.length > 1) return `${moves.length} jobs changed their status.`;
  return `${first.projectUid} ${first.uid}: ${statusWord(first.status)}.`;
}

/** Tells a screen reader, politely, of changes of status; and the tab, by its title, how many jobs are active. */
export function Moves() {
  const { store } = useBoard();
  const [sentence, setSentence] = useState('');
  useEffect(() => store.watch('moves', () => setSentence(sentenceFor(store.moves()))), [store]);
  const { active, queued } = useStore('counts', () => store.counts());
  const title = active + queued > 0 ? `${active} active, ${queued} queued · Lanekeeper` : 'Lanekeeper';
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <p className="unseen" role="log" aria-live="polite">
      {sentence}
    </p>
  );
}
