// Patterns that a model wrote, matched in time linear in the text: an automaton instead of backtracking (re2js), of a bounded size, given
// a bounded piece of text at once, and given up on when it is slow all the same.
import { RE2JS } from 're2js';
import { PylonError } from '../../../../protocol/errors.ts';
import type { CompiledPattern, RegexEngine } from '../world.ts';
import { requiredTexts } from './required.ts';
import { unsupportedIn } from './unsupported.ts';

/** Characters of a pattern: a line of it. */
export const PATTERN_CHARS_MAX = 512;
/** Instructions of a compiled pattern: `\w{1,40}@\w{1,40}` has 90. Each may be active at each character. */
export const PROGRAM_MAX = 1_000;
/** Larger programs have too many states for a table of them to pay. */
const TABLE_PROGRAM_MAX = 64;
/** Instructions times characters of one call that cannot be interrupted: some 50 ms at worst. */
const STEPS_MAX = 500_000;
const WINDOW_CHARS = { min: 1_024, max: 8_192 } as const;
/** A search that took this long for a pattern, and was not fast, is measured. */
const TRIAL_MS = 40;
/** So long, of the processor: on a busy machine time passes without a pattern. */
const TRIAL_CPU_MS = 25;
/** Given up below so many characters per millisecond (0.5 MB/s): ordinary patterns go through a hundred times as many. */
const PACE_MIN = 500;

/** Time as it passes, and as this process used it, both in milliseconds since some time ago. */
export interface Stopwatch {
  now(): number;
  cpu(): number;
}

/** @param stopwatch to stop patterns that are slow: those that cannot be made into a table of states */
export function linearRegex(stopwatch: Stopwatch): RegexEngine {
  return { compile: (pattern, ignoreCase) => compilePattern(pattern, ignoreCase, stopwatch) };
}

function compilePattern(pattern: string, ignoreCase: boolean, stopwatch: Stopwatch): CompiledPattern {
  if (pattern.length > PATTERN_CHARS_MAX)
    throw invalid(pattern, `the pattern has more than ${PATTERN_CHARS_MAX} characters`);
  const unsupported = unsupportedIn(pattern);
  if (unsupported !== undefined) throw invalid(pattern, `${unsupported} cannot be matched in linear time`);
  const compiled = compiledBy(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  const size = compiled.programSize();
  if (size > PROGRAM_MAX)
    throw invalid(pattern, `its repeats make ${size} instructions of it, and there may be ${PROGRAM_MAX}; repeat less`);
  if (compiled.test(''))
    throw invalid(pattern, 'the pattern matches nothing at all, and so every line; ask for at least one character');
  // Letters that stand for two cases are no fixed text: those that must be there are taken from the pattern as written.
  const required = requiredTexts((ignoreCase ? compiledBy(pattern, 0) : compiled).re2Input.prefilter);
  const pace = new Pace(pattern, stopwatch);
  const hasTable = size <= TABLE_PROGRAM_MAX;
  return {
    find(text, from) {
      pace.begin();
      const found = findIn(compiled, text, from, hasTable);
      pace.end(text.length - from);
      return found;
    },
    ignoresCase: ignoreCase,
    windowChars: hasTable ? WINDOW_CHARS.max : Math.max(WINDOW_CHARS.min, Math.floor(STEPS_MAX / size)),
    ...(required === undefined ? {} : { required }),
  };
}

function compiledBy(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw invalid(pattern, reason.replace(/^error parsing regexp: /, '').slice(0, 200), thrown);
  }
}

function findIn(
  compiled: RE2JS,
  text: string,
  from: number,
  hasTable: boolean,
): { start: number; end: number } | undefined {
  // Most lines have no match, and the table says so fast.
  if (hasTable && !compiled.test(text)) return undefined;
  const matcher = compiled.matcher(text);
  return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : undefined;
}

/** Watches how fast a pattern goes: by the clock, which costs nothing, and only where that says that it is slow, by the processor. */
class Pace {
  readonly #pattern: string;
  readonly #stopwatch: Stopwatch;
  #isSuspect = false;
  #begunMs = 0;
  #spentMs = 0;
  #chars = 0;

  constructor(pattern: string, stopwatch: Stopwatch) {
    this.#pattern = pattern;
    this.#stopwatch = stopwatch;
  }

  begin(): void {
    this.#begunMs = this.#read();
  }

  /** @throws PylonError `pattern-invalid` when it is too slow to go on with */
  end(chars: number): void {
    this.#spentMs += this.#read() - this.#begunMs;
    this.#chars += chars;
    if (this.#spentMs < (this.#isSuspect ? TRIAL_CPU_MS : TRIAL_MS)) return;
    const pace = Math.round(this.#chars / this.#spentMs);
    if (this.#isSuspect && pace < PACE_MIN)
      throw invalid(
        this.#pattern,
        `the pattern is too slow (${pace} characters in a millisecond); repeat less, or begin it with a text`,
      );
    this.#isSuspect = pace < PACE_MIN;
    this.#spentMs = 0;
    this.#chars = 0;
  }

  #read(): number {
    return this.#isSuspect ? this.#stopwatch.cpu() : this.#stopwatch.now();
  }
}

function invalid(pattern: string, reason: string, cause?: unknown): PylonError {
  return new PylonError('pattern-invalid', {
    value: pattern.slice(0, 80),
    reason,
    ...(cause === undefined ? {} : { cause }),
  });
}
