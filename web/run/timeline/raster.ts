// Bars thinner than a pixel, as pixels: ten thousand rows on one screen are one image, whose making costs no more than setting memory.
import type { Rects } from './rects.ts';

/** `rgb(12, 34, 56)` as a pixel of an image: opaque, in the order of bytes that every browser's machine has. */
export function pixelOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Sets the pixels of rectangles that are one pixel high. @param pixels a picture row by row, `widthPx` wide */
export function rasterise(pixels: Uint32Array, widthPx: number, rects: Rects, colour: number): void {
  const heightPx = pixels.length / widthPx;
  rects.each((x, y, width) => {
    if (y < 0 || y >= heightPx) return;
    const from = Math.max(0, x);
    const to = Math.min(widthPx, x + width);
    if (to > from) pixels.fill(colour, y * widthPx + from, y * widthPx + to);
  });
}

/** A picture of CSS pixels, kept from frame to frame and painted onto the canvas at once. */
export class Raster {
  readonly #canvas = document.createElement('canvas');
  #image: ImageData | undefined;

  /** @param layers later ones cover earlier ones */
  paint(
    context: CanvasRenderingContext2D,
    size: { readonly widthPx: number; readonly heightPx: number },
    layers: readonly { readonly rects: Rects; readonly colour: string }[],
  ): void {
    const width = Math.max(1, Math.floor(size.widthPx));
    const height = Math.max(1, Math.floor(size.heightPx));
    const own = this.#canvas.getContext('2d');
    if (own === null) return;
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = own.createImageData(width, height);
    }
    const pixels = new Uint32Array(this.#image.data.buffer);
    pixels.fill(0);
    for (const { rects, colour } of layers) rasterise(pixels, width, rects, pixelOf(colour));
    own.putImageData(this.#image, 0, 0);
    context.drawImage(this.#canvas, 0, 0);
  }
}
