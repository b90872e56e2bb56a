// Quality against cost: one point for each method, those that nobody beats in both joined by a line. As SVG for people, and as text.
import { printCompact } from '../../protocol/words.ts';
import type { SummaryRow } from './summarise.ts';

export interface Point {
  readonly method: string;
  /** Tokens of a task, on average. */
  readonly cost: number;
  readonly quality: number;
  /** No other method is at least as good for less, or better for as much. */
  readonly isBest: boolean;
}

export function pointsOf(rows: readonly SummaryRow[]): Point[] {
  const beats = (one: SummaryRow, other: SummaryRow) =>
    one.score >= other.score && one.tokens <= other.tokens && (one.score > other.score || one.tokens < other.tokens);
  return rows
    .map((row) => ({
      method: row.method,
      cost: row.tokens,
      quality: row.score,
      isBest: !rows.some((other) => beats(other, row)),
    }))
    .sort((left, right) => left.cost - right.cost);
}

interface Scale {
  readonly least: number;
  readonly most: number;
}

/** Powers of ten round all costs: methods differ by orders of magnitude. */
function scaleOf(points: readonly Point[]): Scale {
  const logs = points.map(({ cost }) => Math.log10(Math.max(1, cost)));
  const least = Math.floor(Math.min(...logs));
  return { least, most: Math.max(least + 1, Math.ceil(Math.max(...logs))) };
}

/** From 0 (cheapest) to 1. */
function across({ least, most }: Scale, cost: number): number {
  return (Math.log10(Math.max(1, cost)) - least) / (most - least);
}

const [WIDTH, HEIGHT, MARGIN] = [760, 420, 60] as const;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A document of its own; colours that hold on light and dark. */
export function paretoSvg(points: readonly Point[], title: string): string {
  const scale = scaleOf(points);
  const x = (cost: number) => MARGIN + across(scale, cost) * (WIDTH - 2 * MARGIN);
  const y = (quality: number) => HEIGHT - MARGIN - quality * (HEIGHT - 2 * MARGIN);
  const at = ({ cost, quality }: Point) => `${x(cost).toFixed(1)},${y(quality).toFixed(1)}`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(share)}" y2="${y(share)}" stroke="#8884"/><text x="${MARGIN - 8}" y="${y(share) + 4}" text-anchor="end">${share}</text>`,
  );
  const decades = Array.from({ length: scale.most - scale.least + 1 }, (_, step) => scale.least + step).map(
    (power) =>
      `<text x="${x(10 ** power)}" y="${HEIGHT - MARGIN + 20}" text-anchor="middle">${printCompact(10 ** power)}</text>`,
  );
  const front = points.filter(({ isBest }) => isBest).map(at);
  const dots = points.map((point) => {
    const fill = point.isBest ? '#0a7d5a' : '#999';
    const [cx, cy] = at(point).split(',');
    const anchor = across(scale, point.cost) > 0.7 ? 'end' : 'start';
    const dx = anchor === 'end' ? -9 : 9;
    return `<circle cx="${cx}" cy="${cy}" r="5" fill="${fill}"/><text x="${Number(cx) + dx}" y="${Number(cy) + 4}" text-anchor="${anchor}">${escaped(point.method)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#777" role="img" aria-label="${escaped(title)}">`,
    `<text x="${MARGIN}" y="28" font-size="15">${escaped(title)}</text>`,
    ...grid,
    ...decades,
    `<text x="${WIDTH - MARGIN}" y="${HEIGHT - 16}" text-anchor="end">tokens of a task (log)</text>`,
    `<polyline points="${front.join(' ')}" fill="none" stroke="#0a7d5a" stroke-width="1.5"/>`,
    ...dots,
    '</svg>',
    '',
  ].join('\n');
}

const [COLUMNS, ROWS] = [60, 12] as const;

/** The same in characters: a letter for each method, capital where nobody beats it. */
export function paretoText(points: readonly Point[]): string {
  const scale = scaleOf(points);
  const canvas = Array.from({ length: ROWS + 1 }, () => Array.from({ length: COLUMNS + 1 }, () => ' '));
  const legend = points.map((point, index) => {
    const letter = String.fromCharCode((point.isBest ? 65 : 97) + index);
    const column = Math.round(across(scale, point.cost) * COLUMNS);
    canvas[ROWS - Math.round(point.quality * ROWS)]![column] = letter;
    return `${letter} ${point.method}: ${point.quality.toFixed(3)} for ${printCompact(point.cost)} tokens`;
  });
  const lines = canvas.map((row, index) => {
    const label = index % (ROWS / 4) === 0 ? (1 - index / ROWS).toFixed(2) : '';
    return `${label.padStart(5)} |${row.join('').trimEnd()}`;
  });
  const foot = `      +${'-'.repeat(COLUMNS)}\n       ${printCompact(10 ** scale.least).padEnd(COLUMNS - 6)}${printCompact(10 ** scale.most)} tokens`;
  return `${lines.join('\n')}\n${foot}\n${legend.join('\n')}\n`;
}
