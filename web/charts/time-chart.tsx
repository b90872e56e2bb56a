// A course of values over time. The same values stand in a table below it, for those who cannot see the drawing.
import { useEffect, useRef, useState } from 'preact/hooks';
import { onTheme } from './colours.ts';
import type { Drawing } from './draw.ts';
import type { Columns } from './series.ts';

export interface TimeChartProps {
  /** What is drawn, read aloud in place of it. */
  readonly label: string;
  readonly columns: Columns;
  readonly drawing: Drawing;
}

export function TimeChart({ label, columns, drawing }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    const draw = async () => {
      try {
        const { drawChart } = await import('./draw.ts');
        remove();
        remove = () => {};
        if (!gone && box.current !== null) remove = drawChart(box.current, columns, drawing);
      } catch {
        setFailed(true); // the daemon was stopped or renewed since the page was opened
      }
    };
    void draw();
    const deaf = onTheme(() => void draw());
    return () => {
      gone = true;
      deaf();
      remove();
    };
  }, [columns, drawing]);
  if (failed) return <p class="soft">The chart could not be loaded; its values are in the table below.</p>;
  return (
    <figure class="chart" aria-label={label}>
      <div ref={box} aria-hidden="true" style={{ minHeight: `${drawing.heightPx}px` }} />
    </figure>
  );
}
