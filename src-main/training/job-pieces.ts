/**
 * The conversation of messages.ts for a side that shares no memory: the job's inputs are copied over in pieces, in front of the
 * request that starts it.
 */
import type { TrainingRequest } from './messages.ts';

/** What travels: pieces of the inputs first, then requests; `start` without its inputs' memory. */
export type PieceMessage =
  | { readonly kind: 'inputs'; readonly byteLength: number }
  | { readonly kind: 'piece'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'request'; readonly request: TrainingRequest };

/** Small enough that a few of them in a channel's queue do not matter. */
const pieceBytes = 8 * 2 ** 20;

/** `post` resolves when the channel can take more. */
export async function sendInPieces(
  request: TrainingRequest,
  post: (message: PieceMessage) => Promise<void>,
): Promise<void> {
  if (request.kind !== 'start') return post({ kind: 'request', request });
  const bytes = new Uint8Array(request.job.inputs.buffer);
  await post({ kind: 'inputs', byteLength: bytes.length });
  for (let offset = 0; offset < bytes.length; offset += pieceBytes)
    await post({ kind: 'piece', offset, bytes: bytes.slice(offset, offset + pieceBytes) });
  return post({ kind: 'request', request: withoutMemory(request) });
}

/** Puts the pieces together again; `allocate` makes the inputs' memory. */
export function createPieceReceiver(
  listener: (request: TrainingRequest) => void,
  allocate: (byteLength: number) => SharedArrayBuffer,
): (message: PieceMessage) => void {
  let memory: SharedArrayBuffer | null = null;
  return (message) => {
    switch (message.kind) {
      case 'inputs':
        memory = allocate(message.byteLength);
        return;
      case 'piece':
        if (memory !== null) new Uint8Array(memory).set(message.bytes, message.offset);
        return;
      case 'request':
        listener(memory === null ? message.request : withMemory(message.request, memory));
    }
  };
}

function withMemory(request: TrainingRequest, buffer: SharedArrayBuffer): TrainingRequest {
  if (request.kind !== 'start') return request;
  return { ...request, job: { ...request.job, inputs: { ...request.job.inputs, buffer } } };
}

/** Shared memory cannot even be named in a message between processes. */
function withoutMemory(request: TrainingRequest & { readonly kind: 'start' }): TrainingRequest {
  const { buffer: _memory, ...inputs } = request.job.inputs;
  return { ...request, job: { ...request.job, inputs: inputs as typeof request.job.inputs } };
}
