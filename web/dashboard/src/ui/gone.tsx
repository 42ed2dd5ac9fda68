import { PlaceLink } from './place-link';

interface GoneProps {
  /** "project P3". */
  what: string;
  /** It was on screen before. */
  wasSeen: boolean;
}

/** Says that what the address names is not there for this user, or not any more. */
export function Gone({ what, wasSeen }: GoneProps) {
  return (
    <div className="quiet-board" role="alert">
      <p>
        <b>{wasSeen ? `You can no longer see ${what}.` : `There is no ${what}, or you may not see it.`}</b>
      </p>
      <p>
        {wasSeen && 'It has been deleted, or your access to it has ended. '}
        <PlaceLink to={{ kind: 'projects' }}>See your projects</PlaceLink>
      </p>
    </div>
  );
}
