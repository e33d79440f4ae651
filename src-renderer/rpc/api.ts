/** What the pages need from the host: typed calls, events, addresses of images, and whether the host is there. */
import type { ImageSize } from '../../src-main/contract/image-address.ts';
import type { EventName, Events, MethodInput, MethodName, MethodOutput } from '../../src-main/contract/methods.ts';
import type { ProjectId } from '../../src-main/contract/payloads.ts';
import type { SampleId } from '../../src-main/core/dataset/sample.ts';

/** `lost` lasts while the api tries to connect again by itself. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** The content hash makes the address change with the file, so that a cached picture is never an old one. */
export interface PictureSource {
  readonly id: SampleId;
  readonly contentHash: string;
}

export interface Api {
  /** Rejects with a TouchstoneError; code `cancelled` after an abort, `connection-lost` while the host cannot be reached. */
  call<M extends MethodName>(
    name: M,
    input: MethodInput<M>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<MethodOutput<M>>;
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  imageUrl(projectId: ProjectId, picture: PictureSource, size: ImageSize): string;
  /** Calls the listener at once with the present state, then at each change. Returns the function that ends it. */
  watchConnection(listener: (state: ConnectionState) => void): () => void;
}
