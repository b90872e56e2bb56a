// Reads what surrounds a chunk from a job. It comes from the network: what does not fit the text is refused.
import { PylonError } from '../../protocol/errors.ts';
import type { ExtractorInput } from '../../protocol/signature.ts';
import { type ChunkContext, parseContext, plainContext } from '../search/context.ts';

/** The context of a chunk's job, `undefined` when it brings none. @throws PylonError `job-invalid` */
export function contextOfJob(input: Pick<ExtractorInput, 'text' | 'context'>): ChunkContext | undefined {
  if (input.context === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(input.context);
  } catch (cause) {
    throw new PylonError('job-invalid', { reason: 'the context of the chunk is not JSON', cause });
  }
  const context = parseContext(value, input.text);
  if (!context) throw new PylonError('job-invalid', { reason: 'the context of the chunk does not fit its text' });
  return context;
}

/** The lines (1-based, inclusive) that begin in the chunk's own part, and how many its text has. `last` is below `first` where none does. */
export interface OwnLines {
  readonly first: number;
  readonly last: number;
  readonly lines: number;
}

/** Which lines of a job's text are its own, and not there as neighbours. @throws PylonError `job-invalid` */
export function ownLines(input: Pick<ExtractorInput, 'text' | 'context'>): OwnLines {
  const { text } = input;
  const { coreStart, coreEnd, offsetInLine } = contextOfJob(input) ?? plainContext(text);
  const before = feedsIn(text, coreStart);
  const beginsMidLine = coreStart === 0 ? offsetInLine > 0 : text[coreStart - 1] !== '\n';
  return {
    first: before + (beginsMidLine ? 2 : 1),
    last: feedsIn(text, coreEnd - 1) + (coreEnd > coreStart ? 1 : 0),
    lines: feedsIn(text, text.length - 1) + 1,
  };
}

/** Line feeds among the first `end` characters. */
function feedsIn(text: string, end: number): number {
  let feeds = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) feeds++;
  return feeds;
}
