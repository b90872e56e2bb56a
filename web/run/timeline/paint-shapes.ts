// The small shapes on bars that say what the colour says: check, cross, clock, dash, unequal. Strokes, so that no font is needed.

type Draw = (context: CanvasRenderingContext2D, x: number, y: number, r: number) => void;

const check: Draw = (context, x, y, r) => {
  context.moveTo(x - r, y);
  context.lineTo(x - r * 0.3, y + r * 0.7);
  context.lineTo(x + r, y - r * 0.8);
};
const dash: Draw = (context, x, y, r) => {
  context.moveTo(x - r, y);
  context.lineTo(x + r, y);
};
const dot: Draw = (context, x, y, r) => {
  context.moveTo(x + r * 0.5, y);
  context.arc(x, y, r * 0.5, 0, Math.PI * 2);
};
const arc: Draw = (context, x, y, r) => {
  context.moveTo(x, y - r * 0.9);
  context.arc(x, y, r * 0.9, -Math.PI / 2, Math.PI);
};
const clock: Draw = (context, x, y, r) => {
  context.moveTo(x + r, y);
  context.arc(x, y, r, 0, Math.PI * 2);
  context.moveTo(x, y - r * 0.6);
  context.lineTo(x, y);
  context.lineTo(x + r * 0.5, y);
};
const cross: Draw = (context, x, y, r) => {
  context.moveTo(x - r * 0.8, y - r * 0.8);
  context.lineTo(x + r * 0.8, y + r * 0.8);
  context.moveTo(x + r * 0.8, y - r * 0.8);
  context.lineTo(x - r * 0.8, y + r * 0.8);
};
const unequal: Draw = (context, x, y, r) => {
  context.moveTo(x - r, y - r * 0.4);
  context.lineTo(x + r, y - r * 0.4);
  context.moveTo(x - r, y + r * 0.4);
  context.lineTo(x + r, y + r * 0.4);
  context.moveTo(x + r * 0.6, y - r);
  context.lineTo(x - r * 0.6, y + r);
};

/** By the mark's place in MARKS: answered, cancelled, waiting, working, late, failed, wrong. */
const SHAPES: readonly Draw[] = [check, dash, dot, arc, clock, cross, unequal];

/** @param r half of its size in pixels */
export function paintShape(
  context: CanvasRenderingContext2D,
  mark: number,
  colour: string,
  x: number,
  y: number,
  r: number,
): void {
  context.beginPath();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  SHAPES[mark]?.(context, x, y, r);
  context.stroke();
}
