// The line of a sparkline as SVG path data. Pure.

/** `points` from left to right over a box of that size; the lowest is 0 or below. Gaps (null) break the line. */
export function sparklinePath(points: readonly (number | null)[], width: number, height: number): string {
  const known = points.filter((point): point is number => point !== null && Number.isFinite(point));
  if (known.length === 0) return '';
  const top = known.reduce((left, right) => Math.max(left, right), 0);
  const bottom = known.reduce((left, right) => Math.min(left, right), 0);
  const step = points.length > 1 ? width / (points.length - 1) : 0;
  const range = top - bottom || 1;
  let path = '';
  let drawing = false;
  for (const [index, point] of points.entries()) {
    if (point === null || !Number.isFinite(point)) {
      drawing = false;
      continue;
    }
    const y = height - ((point - bottom) / range) * height;
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    if (!drawing) path += 'h0'; // a lone point is a dot, not nothing
    drawing = true;
  }
  return path;
}
