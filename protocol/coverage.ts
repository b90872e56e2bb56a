// How much of the input stands behind a run's answer. Each byte counts once, however often it was asked about.
import type { ChunkState, RunState } from './run-state.ts';

interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Whether the chunk's question was answered, be it by another chunk that is the same. */
export function isAnswered(chunks: readonly (ChunkState | undefined)[], chunk: ChunkState): boolean {
  return chunk.same_as === undefined ? chunk.answered : (chunks[chunk.same_as]?.answered ?? false);
}

function union(intervals: Interval[]): number {
  intervals.sort((one, other) => one.start - other.start);
  let [bytes, end] = [0, 0];
  for (const interval of intervals) {
    bytes += Math.max(0, interval.end - Math.max(end, interval.start));
    end = Math.max(end, interval.end);
  }
  return bytes;
}

/**
 * Bytes of the input that leaves answered, or that a model was shown. One fan-out cuts the input into pieces that do not overlap;
 * those of several do, and only then they are laid over each other.
 * @param bytesAnswered sum over all answered chunks
 */
export function bytesRead(state: Pick<RunState, 'chunks' | 'fan_outs' | 'shown'>, bytesAnswered: number): number {
  const { chunks, fan_outs, shown } = state;
  if (fan_outs.length <= 1 && shown.length === 0) return bytesAnswered;
  const byPath = new Map<string, Interval[]>();
  const add = ({ path, start_byte: start, end_byte: end }: ChunkState['span']) => {
    const known = byPath.get(path);
    if (known === undefined) byPath.set(path, [{ start, end }]);
    else known.push({ start, end });
  };
  for (const chunk of chunks) if (chunk !== undefined && isAnswered(chunks, chunk)) add(chunk.span);
  for (const span of shown) add(span);
  let bytes = 0;
  for (const intervals of byPath.values()) bytes += union(intervals);
  return bytes;
}
