/** What the checked pictures say of the dataset, in sentences. */
import type { TrustHealth } from '../../../src-main/contract/payloads.ts';
import { formatCount, formatImages, formatShare } from '../../lib/format.ts';

/** "2 of 30 checked labels were wrong: 7 % (2 % to 21 %) of the whole set, as far as these tell." */
export function noiseSentence({ checked, checkedWrong, wrongShare }: TrustHealth): string {
  if (checked === 0 || !wrongShare) return 'Check some images, and this tells how many labels are wrong.';
  const { value, low, high } = wrongShare;
  const found = `${formatCount(checkedWrong)} of ${formatImages(checked)} checked had a wrong label`;
  return `${found}: ${formatShare(value)}. In the whole set it is likely between ${formatShare(low)} and ${formatShare(high)}.`;
}

/** How far the target is reached. */
export function coverageSentence({ perClass }: TrustHealth, target: number): string {
  const wanted = perClass.filter(({ given, trusted }) => given > 0 || trusted > 0);
  const full = wanted.filter(({ trusted, given }) => trusted >= Math.min(target, given)).length;
  return `${formatCount(full)} of ${formatCount(wanted.length)} classes have ${formatCount(target)} checked images.`;
}
