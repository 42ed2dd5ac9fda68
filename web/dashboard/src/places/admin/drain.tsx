import { SetDrainedDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useTold } from './use-told';

interface DrainProps {
  /** "lane gpu" */
  subject: string;
  scope: { lane: string } | { target: string };
  isDrained: boolean;
  onChanged: () => void;
}

/** Lets what runs come to its end, and starts nothing more there. */
export function Drain({ subject, scope, isDrained, onChanged }: DrainProps) {
  const tell = useTold();
  const set = async (): Promise<void> => {
    await tell(request(SetDrainedDocument, { input: { scope, drained: !isDrained } }).then((answer) => answer.setDrained));
    onChanged();
  };
  return (
    <button type="button" className="button quiet" aria-label={`${isDrained ? 'Resume' : 'Drain'} ${subject}`} onClick={() => void set()}>
      {isDrained ? 'Resume' : 'Drain'}
    </button>
  );
}
