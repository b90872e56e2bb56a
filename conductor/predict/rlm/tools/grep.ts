// grep: lines that a pattern matches, with lines round them, in the form that every programmer reads.
import { z } from 'zod';
import { SEARCH_CHARS_MAX } from '../actions.ts';
import { shortPath } from '../observation.ts';
import { search } from '../search.ts';
import type { Hit } from '../world.ts';
import { filesOf, type ToolInput, whichSchema } from './input-files.ts';
import { cutLine } from './read-lines.ts';
import { type AnyTool, checkedTool } from './tool.ts';

const HITS_MAX = 200;
const HITS_DEFAULT = 40;
const CONTEXT_MAX = 10;
/** Read on each side of a hit for its context. */
const CONTEXT_BYTES = 4_096;
const LINE_CHARS_MAX = 300;

const argsSchema = z.strictObject({
  pattern: z.string().min(1).max(SEARCH_CHARS_MAX),
  literal: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
  context: z.number().int().min(0).max(CONTEXT_MAX).optional(),
  max: z.number().int().min(1).max(HITS_MAX).optional(),
  ...whichSchema,
});

export function grep(input: ToolInput): AnyTool {
  return checkedTool({
    name: 'grep',
    about: 'lines that match a pattern (RE2)',
    form: {
      pattern: 'regex',
      'literal?': 'true',
      'ignore_case?': 'true',
      'context?': 'lines',
      'max?': 'number',
      'under?': 'folder',
      'glob?': '*.ts',
    },
    args: argsSchema,
    timeMs: 20_000,
    async run({ pattern, literal, ignore_case = false, context = 0, max = HITS_DEFAULT, ...which }, signal) {
      const { corpus } = input;
      const files = filesOf(input, which);
      const mode = literal === true ? 'literal' : 'regex';
      const request = { mode, text: pattern, ignoreCase: ignore_case, files, hitsMax: max } as const;
      const { hits, matches } = await search(input, request, signal);
      const told = [`${matches} lines in ${files.length} files`];
      for (const hit of hits) {
        signal.throwIfAborted();
        const name = shortPath(corpus.files[hit.file]!.path);
        if (context > 0 && told.length > 1) told.push('--');
        told.push(...(await lines(input, hit, name, context)));
      }
      if (matches > hits.length) told.push(`(${matches - hits.length} more lines)`);
      return told.join('\n');
    },
  });
}

async function lines({ corpus }: ToolInput, hit: Hit, name: string, context: number): Promise<string[]> {
  const { file, startByte, endByte, startLine } = hit;
  const own = `${name}:${startLine}: ${cutLine(hit.text, LINE_CHARS_MAX)}`;
  if (context === 0) return [own];
  const size = corpus.files[file]!.bytes;
  const from = Math.max(0, startByte - CONTEXT_BYTES);
  const before = Buffer.from(await corpus.read(file, from, startByte))
    .toString()
    .split('\n');
  const behind = Buffer.from(await corpus.read(file, endByte, Math.min(size, endByte + CONTEXT_BYTES)))
    .toString()
    .split('\n');
  // The last piece before the hit, and the first behind it, are what is left of its own line.
  const above = before.slice(from === 0 ? 0 : 1, -1).slice(-context);
  const below = behind.slice(1, endByte + CONTEXT_BYTES < size ? -1 : undefined).slice(0, context);
  if (below.at(-1) === '') below.pop();
  const shown = (line: string, number: number) =>
    `${name}-${number}- ${cutLine(line.replace(/\r$/, ''), LINE_CHARS_MAX)}`;
  return [
    ...above.map((line, index) => shown(line, startLine - above.length + index)),
    own,
    ...below.map((line, index) => shown(line, hit.endLine + 1 + index)),
  ];
}
