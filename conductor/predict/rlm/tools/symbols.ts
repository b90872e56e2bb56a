// symbols: what the files define, with line numbers. By patterns of one line each (symbol-patterns.ts), and it says so: a parser of every
// language would be larger than all of this.
import { z } from 'zod';
import { countFeeds } from '../../../cut/chunks.ts';
import { shortPath } from '../observation.ts';
import { fileOf, filesOf, pathSchema, type ToolInput, whichSchema } from './input-files.ts';
import { cutLine } from './read-lines.ts';
import { SYMBOL_PATTERNS, type SymbolPattern } from './symbol-patterns.ts';
import { type AnyTool, checkedTool } from './tool.ts';

/** A definition's first line is short; what is longer was not written by a person. */
const LINE_BYTES_MAX = 400;
const SYMBOLS_MAX = 300;
const NAME_CHARS_MAX = 120;
const LINE_FEED = 10;

export function symbols(input: ToolInput): AnyTool {
  return checkedTool({
    name: 'symbols',
    about: 'functions, classes, types that begin a line, by patterns (no parser)',
    form: { 'path?': 'name', 'under?': 'folder', 'glob?': '*.ts', 'name?': 'part of it' },
    args: z.strictObject({
      path: pathSchema.optional(),
      name: z.string().min(1).max(NAME_CHARS_MAX).optional(),
      ...whichSchema,
    }),
    timeMs: 20_000,
    async run({ path, name, ...which }, signal) {
      const { corpus } = input;
      const files = path === undefined ? filesOf(input, which) : [fileOf(corpus, path)];
      const wanted = name?.toLowerCase();
      const told: string[] = [];
      let count = 0;
      let unknown = 0;
      for (const file of files) {
        const patterns = patternsFor(corpus.files[file]!.path);
        if (patterns === undefined) {
          unknown++;
          continue;
        }
        for await (const one of symbolsOf(input, file, patterns, signal)) {
          if (wanted !== undefined && !one.name.toLowerCase().includes(wanted)) continue;
          if (++count <= SYMBOLS_MAX)
            told.push(
              `${shortPath(corpus.files[file]!.path)}:${one.line} ${one.kind} ${cutLine(one.name, NAME_CHARS_MAX)}`,
            );
        }
      }
      const notes = [
        ...(count > told.length ? [`(${count - told.length} more)`] : []),
        ...(unknown > 0 ? [`(${unknown} files of languages it does not know)`] : []),
      ];
      return [`${count} symbols in ${files.length - unknown} files`, ...told, ...notes].join('\n');
    },
  });
}

function patternsFor(path: string): readonly SymbolPattern[] | undefined {
  const ending = /\.([A-Za-z]{1,8})$/.exec(path)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(SYMBOL_PATTERNS, ending) ? SYMBOL_PATTERNS[ending] : undefined;
}

interface Defined {
  readonly line: number;
  readonly kind: string;
  readonly name: string;
}

async function* symbolsOf(
  { corpus }: ToolInput,
  file: number,
  patterns: readonly SymbolPattern[],
  signal: AbortSignal,
): AsyncGenerator<Defined> {
  let line = 1;
  // What the last piece ended with, while that is short enough to be the beginning of a definition's line.
  let held = Buffer.alloc(0);
  for await (const piece of corpus.open(file)) {
    signal.throwIfAborted();
    const bytes = Buffer.concat([held, piece]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    yield* definedIn(bytes.subarray(0, end), line, patterns);
    line += countFeeds(bytes.subarray(0, end));
    held = bytes.subarray(end, Math.min(bytes.length, end + LINE_BYTES_MAX + 1));
  }
  yield* definedIn(held, line, patterns);
}

function* definedIn(bytes: Buffer, firstLine: number, patterns: readonly SymbolPattern[]): Generator<Defined> {
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    if (end - start <= LINE_BYTES_MAX) {
      const found = definedBy(bytes.subarray(start, end).toString().replace(/\r$/, ''), patterns);
      if (found !== undefined) yield { line, ...found };
    }
    start = end + 1;
  }
}

function definedBy(text: string, patterns: readonly SymbolPattern[]): { kind: string; name: string } | undefined {
  for (const { kind, pattern } of patterns) {
    const name = pattern.exec(text)?.groups?.name;
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}
