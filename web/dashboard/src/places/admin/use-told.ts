import { useBoard } from '../../live/hooks';
import { type Payload, told } from '../../live/told';

/** Carries a mutation out and tells of its refusals; the payload if it was done, else null. */
export type Tell = <P extends Payload>(asked: Promise<P | null>) => Promise<P | null>;

export function useTold(): Tell {
  const { toasts } = useBoard();
  return (asked) => told(toasts, asked);
}
