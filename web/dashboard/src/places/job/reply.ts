import { useState } from 'react';
import { SubmitInteractionDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useBoard } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { told } from '../../live/told';

/** What every panel of a question gets. */
export interface PanelProps {
  job: Job;
  /** Names this question among all, so that what was chosen for it is kept apart. */
  question: string;
  data: unknown;
  reply: Reply;
}

export interface Reply {
  readonly isBusy: boolean;
  /** Answers the question; the job goes on, or a message says why not. */
  readonly send: (data: unknown) => void;
}

/** Sends what the user answers to a waiting job. */
export function useReply(id: string): Reply {
  const { toasts } = useBoard();
  const [isBusy, setBusy] = useState(false);
  const send = async (data: unknown): Promise<void> => {
    setBusy(true);
    const input = { target: { job: { id } }, data, idempotencyKey: newKey() };
    await told(toasts, request(SubmitInteractionDocument, { input }).then((answer) => answer.submitInteraction));
    setBusy(false);
  };
  return { isBusy, send: (data) => void send(data) };
}

const drafts = new Map<string, unknown>();

/** State that outlives its panel: what was chosen is there again when the panel is opened anew. */
export function useDraft<T>(name: string, first: T): [T, (next: T) => void] {
  const [value, setValue] = useState<T>(() => (drafts.has(name) ? (drafts.get(name) as T) : first));
  const keep = (next: T): void => {
    drafts.set(name, next);
    setValue(next);
  };
  return [value, keep];
}
