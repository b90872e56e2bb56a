// A canvas as large as it is shown, in the pixels of the device.

export interface FittedCanvas {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. Setting it to what it is costs nothing. @returns true when it has another size now, and is empty */
  resize(widthPx: number, heightPx: number): boolean;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** More than three device pixels for one cannot be seen, but fills four times the memory. */
const RATIO_MAX = 3;

/** @returns undefined where the browser gives no canvas: the table shows the same */
export function fittedCanvas(canvas: HTMLCanvasElement): FittedCanvas | undefined {
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  let width = 0;
  let height = 0;
  let ratio = 0;
  return {
    context,
    get widthPx() {
      return width;
    },
    get heightPx() {
      return height;
    },
    resize(widthPx, heightPx) {
      const wanted = Math.min(RATIO_MAX, devicePixelRatio || 1);
      if (widthPx === width && heightPx === height && wanted === ratio) return false;
      width = widthPx;
      height = heightPx;
      ratio = wanted;
      canvas.width = Math.max(1, Math.round(widthPx * ratio));
      canvas.height = Math.max(1, Math.round(heightPx * ratio));
      canvas.style.width = `${widthPx}px`;
      canvas.style.height = `${heightPx}px`;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      return true;
    },
  };
}
