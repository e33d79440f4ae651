/** What the host and the Web Worker of the hidden window say to each other, beside the training's own conversation. */
import type { CheckAnswer } from '../../engines/run-check.ts';
import type { PieceMessage } from '../job-pieces.ts';
import type { TrainingReply } from '../messages.ts';

/** A worker serves one job, or one self-check. */
export type WebRequest = PieceMessage | { readonly kind: 'check' };

export type WebReply =
  | { readonly kind: 'reply'; readonly reply: TrainingReply }
  | { readonly kind: 'checked'; readonly answer: CheckAnswer };
