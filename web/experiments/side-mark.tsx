// Which side a run is on: a colour and a shape, so that colour is never the only sign. The same marks in table, list and drawing.
import '../charts/plot.css';

/** Sides beyond these begin again: nobody tells twenty shapes apart. */
const SHAPES = 6;

/** The shape of a side as SVG path data in a box of 16 round (0, 0). */
export function sideShape(side: number): string {
  const shapes = [
    'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
    'M-4.5 -4.5h9v9h-9z',
    'M0 -5.5L5.5 4.5h-11z',
    'M0 -6L6 0L0 6L-6 0z',
    'M-5.5 -4.5h11L0 5.5z',
    'M-6 -1.8h4.2v-4.2h3.6v4.2h4.2v3.6h-4.2v4.2h-3.6v-4.2h-4.2z',
  ] as const;
  return shapes[side % SHAPES] ?? shapes[0];
}

export function sideClass(side: number): string {
  return `side side-${side % SHAPES}`;
}

export function SideMark({ side }: { readonly side: number }) {
  return (
    <>
      <svg class={sideClass(side)} viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true">
        <path d={sideShape(side)} />
      </svg>
      <span class="visually-hidden">side {side + 1}: </span>
    </>
  );
}
