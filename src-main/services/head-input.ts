/** What the network "head" takes in: which backbone's vectors, of pictures of which size. */
import { patchDictionary } from '../core/patches/learn-dictionary.ts';
import { defaultSettings } from '../core/reweight/default-settings.ts';
import type { RunSettings } from '../core/reweight/run-settings.ts';
import type { ServicePorts } from './service-context.ts';

type HeadInput = Pick<RunSettings, 'backbone' | 'imageSize'>;

/** What is left out takes its default: the app's own backbone; of another one the image size that it is meant for. */
export async function headInput(
  { backbones }: Pick<ServicePorts, 'backbones'>,
  wish: Partial<HeadInput>,
): Promise<HeadInput> {
  const usual = defaultSettings('head', 1);
  const backbone = wish.backbone ?? usual.backbone;
  if (wish.imageSize !== undefined) return { backbone, imageSize: wish.imageSize };
  if (backbone === patchDictionary.name) return { backbone, imageSize: patchDictionary.imageSize };
  const isUsual = backbone === usual.backbone;
  return { backbone, imageSize: isUsual ? usual.imageSize : ((await backbones.imageSize(backbone)) ?? 224) };
}
