/** Draws pictures for the harness, large and small, upright and wide. */
import { hashUnit } from './fake-random.ts';

const pictureCount = 48;

/** Addresses of pictures held by the page. */
export async function drawPictures(): Promise<string[]> {
  return Promise.all(Array.from({ length: pictureCount }, (_, index) => drawPicture(index)));
}

async function drawPicture(index: number): Promise<string> {
  const isSmall = index % 7 === 3;
  const width = isSmall ? 32 : 200 + Math.round(hashUnit(index, 1) * 56);
  const height = isSmall ? 32 : 150 + Math.round(hashUnit(index, 2) * 106);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas');
  const hue = Math.round(hashUnit(index, 3) * 360);
  const gradient = context.createLinearGradient(0, 0, width, height);
  gradient.addColorStop(0, `hsl(${hue} 25% 72%)`);
  gradient.addColorStop(1, `hsl(${hue + 40} 30% 38%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
  for (let shape = 0; shape < 6; shape += 1) {
    const at = (salt: number) => hashUnit(index * 31 + shape, salt);
    context.fillStyle = `hsl(${hue + at(4) * 120} 45% ${25 + at(5) * 50}% / 80%)`;
    context.beginPath();
    if (index % 3 === 0) context.arc(at(6) * width, at(7) * height, at(8) * width * 0.25, 0, 7);
    else context.rect(at(6) * width, at(7) * height, at(8) * width * 0.4, at(9) * height * 0.4);
    context.fill();
  }
  return URL.createObjectURL(await canvas.convertToBlob());
}
