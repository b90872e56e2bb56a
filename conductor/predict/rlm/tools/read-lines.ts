// read_lines: lines of one file with their numbers.
import { z } from 'zod';
import { bounded, shortPath } from '../observation.ts';
import { linesOf } from '../world-of-corpus.ts';
import { fileOf, pathSchema, type ToolInput } from './input-files.ts';
import { type AnyTool, checkedTool, TOOL_OUTPUT_CHARS_MAX } from './tool.ts';

const LINES_MAX = 400;
/** Shown of one line: a longer one is told as such. */
const LINE_CHARS_MAX = 2_000;

export function readLines({ corpus }: ToolInput): AnyTool {
  return checkedTool({
    name: 'read_lines',
    about: 'lines of a file with their numbers',
    form: { path: 'name', start: 'line', 'end?': 'line' },
    args: z.strictObject({ path: pathSchema, start: z.number().int().min(1), end: z.number().int().min(1).optional() }),
    timeMs: 10_000,
    async run({ path, start, end = start + 39 }, signal) {
      const file = fileOf(corpus, path);
      const last = Math.min(end, start + LINES_MAX - 1);
      const place = await linesOf(corpus, file, start, Math.max(start, last), signal);
      const endByte = Math.min(place.endByte, place.startByte + 4 * TOOL_OUTPUT_CHARS_MAX);
      const name = shortPath(corpus.files[file]!.path);
      if (place.startByte === place.endByte) return `${name} has no line ${start}`;
      const text = Buffer.from(await corpus.read(file, place.startByte, endByte)).toString();
      const lines = text.replace(/\r?\n$/, '').split('\n');
      const shown = lines.map((line, index) => `${start + index}: ${cutLine(line.replace(/\r$/, ''))}`);
      return [`${name}, lines ${start}-${start + lines.length - 1}`, ...shown].join('\n');
    },
  });
}

/** A line as much as is shown of it. */
export function cutLine(line: string, charsMax = LINE_CHARS_MAX): string {
  const shown = bounded(line, charsMax, 4 * charsMax);
  return shown.length === line.length ? line : `${shown} …`;
}
