import { useBoard } from '../../live/hooks';
import { problemText } from '../../live/query';

interface Payload {
  errors: readonly { message: string }[];
}

/** Carries a mutation out and tells of its refusals; the payload if it was done, else null. */
export type Tell = <P extends Payload>(asked: Promise<P | null>) => Promise<P | null>;

export function useTold(): Tell {
  const { toasts } = useBoard();
  return async (asked) => {
    try {
      const payload = await asked;
      const refusals = payload?.errors ?? [{ message: 'The server could not do it.' }];
      refusals.forEach(({ message }) => toasts.bad(message));
      return refusals.length > 0 ? null : payload;
    } catch (error) {
      toasts.bad(problemText(error));
      return null;
    }
  };
}
