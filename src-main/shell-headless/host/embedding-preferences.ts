/** How vectors are computed, as the user chose it in the settings or, for one process, in the environment. */
import { vectorPrecisions } from '../../embedding/embedding-cache.ts';
import { providerChoices } from '../../embedding/execution-providers.ts';
import type { EmbeddingPreferences } from '../../embedding/onnx-embedder.ts';
import type { UserFiles } from '../../services/ports/host-ports.ts';

/** Names of the preferences; the variables are called TOUCHSTONE_EMBEDDING_PROVIDER and so on. Nonsense counts as nothing. */
export function embeddingPreferences(
  userFiles: Pick<UserFiles, 'preference'>,
  environment: NodeJS.ProcessEnv = process.env,
): EmbeddingPreferences {
  const read = (variable: string, name: string): string | null => environment[variable] ?? userFiles.preference(name);
  const provider = read('TOUCHSTONE_EMBEDDING_PROVIDER', 'embedding-provider');
  const precision = read('TOUCHSTONE_VECTOR_PRECISION', 'vector-precision');
  const threads = Number(read('TOUCHSTONE_THREADS', 'threads') ?? Number.NaN);
  return {
    provider: providerChoices.find((choice) => choice === provider) ?? 'auto',
    precision: vectorPrecisions.find((known) => known === precision) ?? 'float32',
    threads: Number.isInteger(threads) && threads >= 1 && threads <= 1024 ? threads : null,
  };
}
