/** Pages that only listen hear within a second of what other processes did to the open projects. */
import type { ServiceContext } from './service-context.ts';

const intervalMs = 1000;

/** Returns how to stop. */
export function followOthers({ projects }: Pick<ServiceContext, 'projects'>): () => void {
  const timer = setInterval(() => {
    try {
      projects.followAll();
    } catch {
      // A project file that cannot be read now is reported to whoever asks for something next.
    }
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
