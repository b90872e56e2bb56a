// What a page spends on its frames: the time between them as the page sees it, and the script in each as the browser's own trace tells.
import type { CDPSession, Page } from 'playwright-core';
import { percentile } from '../../protocol/percentile.ts';
import { frameTimes } from './page-scripts.ts';

export interface Frames {
  readonly count: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly scriptP99Ms: number;
  /** The same by the time that the thread had a processor: what other programs took of it is left out. */
  readonly scriptCpuP99Ms: number;
}

interface TraceEntry {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
}

/** What runs script, and what script makes the engine do. Nested ones are counted once. */
const SCRIPT = new Set([
  'FireAnimationFrame',
  'FunctionCall',
  'EvaluateScript',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'MinorGC',
  'MajorGC',
]);

/** Milliseconds of script between the beginning of each frame and the next one. @param kind of its time, on the clock or of the processor */
function scriptByFrame(entries: readonly TraceEntry[], kind: 'dur' | 'tdur'): number[] {
  const byThread = new Map<string, TraceEntry[]>();
  for (const entry of entries) {
    if (entry.ph !== 'X' || !SCRIPT.has(entry.name)) continue;
    const thread = `${entry.pid}.${entry.tid}`;
    byThread.set(thread, [...(byThread.get(thread) ?? []), entry]);
  }
  const frames = (list: readonly TraceEntry[]) => list.filter(({ name }) => name === 'FireAnimationFrame').length;
  const main = [...byThread.values()].sort((left, right) => frames(right) - frames(left))[0] ?? [];
  const ordered = main.toSorted((left, right) => left.ts - right.ts);
  const sums: number[] = [];
  let coveredUntil = 0;
  let lastFrame = Number.NEGATIVE_INFINITY;
  for (const entry of ordered) {
    const { name, ts, dur = 0 } = entry;
    // Callbacks of one frame come within a millisecond of each other; a frame is what begins with the first.
    if (name === 'FireAnimationFrame' && ts - lastFrame > 4_000 && ts >= coveredUntil) {
      sums.push(0);
      lastFrame = ts;
    }
    if (ts < coveredUntil) continue;
    coveredUntil = ts + dur;
    if (sums.length > 0) sums[sums.length - 1]! += (entry[kind] ?? 0) / 1_000;
  }
  return sums;
}

/** Watches for so long. The page must be drawing. */
export async function measureFrames(page: Page, forMs: number): Promise<Frames> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const entries: TraceEntry[] = [];
  session.on('Tracing.dataCollected', ({ value }) => entries.push(...(value as unknown as TraceEntry[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'v8'] },
  });
  const between = await page.evaluate<number[]>(frameTimes(forMs));
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const ascending = (values: number[]) => values.sort((left, right) => left - right);
  const frames = ascending(between);
  const p99Of = (values: number[]) => percentile(ascending(values), 0.99);
  return {
    count: frames.length,
    p95Ms: percentile(frames, 0.95),
    p99Ms: percentile(frames, 0.99),
    scriptP99Ms: p99Of(scriptByFrame(entries, 'dur')),
    scriptCpuP99Ms: p99Of(scriptByFrame(entries, 'tdur')),
  };
}
