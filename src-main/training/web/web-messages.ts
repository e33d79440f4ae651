/** What the host and the Web Worker of the hidden window say to each other, beside the training's own conversation. */
import type { WindowEngine } from '../../core/engine-check.ts';
import type { CheckAnswer } from '../../engines/run-check.ts';
import type { PieceMessage } from '../job-pieces.ts';
import type { TrainingReply } from '../messages.ts';

/** A worker serves one job, or one self-check, on the engine that was named before it. */
export type WebRequest =
  { readonly kind: 'engine'; readonly engine: WindowEngine } | PieceMessage | { readonly kind: 'check' };

export type WebReply =
  | { readonly kind: 'reply'; readonly reply: TrainingReply }
  | { readonly kind: 'checked'; readonly answer: CheckAnswer };
