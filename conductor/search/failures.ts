// Owns the search for a first cause. A log of a failure holds thousands of failing lines: most repeat one another,
// most are consequences, and compilers and probes write "error" where nothing failed. This ledger collects the kinds
// of failing lines of the whole input and weighs them: how grave, how rare, and how shortly before the avalanche.
import { templateKey } from './template.ts';
import { stemOf, TermMatcher } from './tokens.ts';

/** Kinds of failing lines kept; an input with more is beyond diagnosis by rarity, and the first ones matter most. */
const KINDS_MAX = 4_096;
/** A kind that appears this often is an avalanche: the same consequence over and over. */
const AVALANCHE_LINES = 5;
/** A cause stands shortly before its avalanche: within this many lines it counts twice, and less and less before. */
const NEAR_LINES = 50;
/** Longest piece of a line that is judged; a compiler's command line is not a message. */
const JUDGED_CHARS = 400;

/** Conditions of the machine or its surroundings. They are hardly ever the consequence of another error in the log. */
const SURROUNDINGS =
  /no space left|disk (?:is )?full|quota exceeded|out of memory|cannot allocate memory|\boom\b|permission denied|access (?:is )?denied|operation not permitted|read-only file system|too many open files|connection (?:refused|reset|timed out|closed by)|timed? ?out|name or service not known|could not resolve|name resolution|no route to host|unreachable|address already in use|certificate (?:has |is )?(?:expired|invalid|not yet valid)|bus error|segmentation fault|stack overflow|\bkilled\b|(?:terminated|killed) by signal|core dumped|no such file or directory|command not found|module ?not ?found|cannot find (?:module|package)|check ?sum mismatch|hash mismatch|input\/output error|i\/o error|resource busy|illegal instruction|unauthorized|deadlock|resource temporarily unavailable|version mismatch|incompatible|power (?:loss|failure)/i;
/** A line that calls itself an error. */
const ERROR =
  /(?:^|[\s[(<|:])(?:error|fatal|panic|severe|critical|crit|emerg|alert|exception|traceback|assert(?:ion)?(?: failed)?|abort(?:ed|ing)?)(?=[\s\]:)>|!]|$)/i;
/** The name of an exception class, as runtimes print it. */
const EXCEPTION = /\b[A-Z]\w*(?:Error|Exception)(?=:|\s|$)/;
/** Names of files, identifiers and options: what they are called says nothing about what happened. */
const NAME = /\w(?:[_/\\=]|\.\w)/;
/** A line of source code that a compiler shows beside its message. */
const EXCERPT = /^\s*\d* \|/;
/** A line that tells of something that did not work. */
const FAILURE =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could not|couldn't|unable|not found|missing|undefined|unresolved|undeclared|invalid|corrupt(?:ed|ion)?|mismatch|refused|denied|rejected|unexpected|lost|crash(?:ed)?|hung|stuck)\b/i;
const WARNING = /\bwarn(?:ing)?\b/i;
/** A line that only passes on that something before it failed. */
const CONSEQUENCE =
  /\*\*\*|\berror \d+$|exit(?:ed)? (?:with )?(?:code|status)|exit (?:code|status)|return(?:ed|s)? (?:a )?non-?zero|because of (?:previous |above )?errors?|(?<![:.\d])\d+ (?:errors|failures|warnings|failed)\b|\b1 (?:error|failure|warning)\b|build (?:has )?failed|command failed|failed with|failed to (?:build|compile)|see (?:above|below|the log|also)|not remade|waiting for unfinished|build stopped|compilation terminated|aborting due to|giving up|will retry|retrying|ignored/i;
/** A line that asks whether something works: failing is one of its two right answers. */
const PROBE =
  /^(?:\S{1,12} )?(?:checking|check|looking|performing|testing|test|detecting|probing|trying|found|whether|could not find|not found|-- )\b|^--\s|\.\.\.\s*(?:no|failed|not found|disabled)\s*$/i;
/** A command as it was run, or a line that counts no errors. */
const COMMAND =
  /(?:\s-{1,2}\w\S*){3}|\b(?:no|without) (?:errors?|failures?|warnings?)\b|(?<![:.\d])0 (?:errors|failures|warnings|failed)\b/i;

/** How grave a line is, from 0 (nothing failed) to 3 (the surroundings failed). Only its form counts. */
export function gravity(line: string): number {
  const whole = line.length > JUDGED_CHARS ? line.slice(0, JUDGED_CHARS) : line;
  if (EXCERPT.test(whole)) return 0;
  const text = whole
    .split(' ')
    .filter((word) => !NAME.test(word))
    .join(' ');
  let grave = 0;
  if (SURROUNDINGS.test(text)) grave = 3;
  else if (ERROR.test(text) || EXCEPTION.test(whole)) grave = 2;
  else if (FAILURE.test(text)) grave = 1;
  else if (WARNING.test(text)) return 0.3;
  if (grave === 0 || COMMAND.test(whole)) return 0;
  if (PROBE.test(whole)) grave *= 0.1;
  if (CONSEQUENCE.test(whole)) grave *= 0.2;
  if (WARNING.test(text)) grave *= 0.3;
  return grave;
}

/** Stems one of which every failing line holds: only lines with one of them are judged, the others cost nothing. */
const FAILURE_STEMS: readonly string[] = [
  ...new Set(
    (
      'space full quota memory oom permission permitted denied readonly many connection timed timeout known resolve resolution ' +
      'route unreachable address certificate segmentation segfault overflow killed terminated dumped such mismatch busy illegal ' +
      'unauthorized deadlock temporarily incompatible power error fatal panic severe critical crit emerg alert exception traceback ' +
      'assert assertion abort fail failure cannot can could couldn unable found missing undefined unresolved undeclared invalid ' +
      'corrupt corruption refused rejected unexpected lost crash hung stuck warn warning'
    )
      .split(' ')
      .map(stemOf),
  ),
];

/** A matcher for terms and failure words at once, so that a failing line is noticed without a second scan. */
export class FailureMatcher extends TermMatcher {
  readonly #words: Uint8Array;
  readonly #terms: number;

  /** `stems`: the terms of the plan; they keep their numbers. */
  constructor(stems: readonly string[]) {
    super([...stems, ...FAILURE_STEMS]);
    this.#terms = stems.length;
    this.#words = new Uint8Array(stems.length + FAILURE_STEMS.length);
    for (const stem of FAILURE_STEMS) this.#words[this.termOf(stem)!] = 1;
  }

  /** After a scan: whether it met a failure word. Hits that are no terms of the plan are dropped. */
  settle(): boolean {
    let failing = false;
    let kept = 0;
    for (let index = 0; index < this.hitCount; index++) {
      const term = this.hitTerm[index]!;
      if (this.#words[term] === 1) failing = true;
      if (term >= this.#terms) continue;
      this.hitTerm[kept] = term;
      this.hitAt[kept++] = this.hitAt[index]!;
    }
    this.hitCount = kept;
    return failing;
  }
}

interface FailureKind {
  readonly key: string;
  readonly gravity: number;
  readonly first: number;
  count: number;
}

/** One kind of failing line and how likely it is the first cause: 0 and up, comparable within one input. */
export interface WeighedFailure {
  readonly key: string;
  readonly points: number;
}

/** Collects the failing lines of log files in order. */
export class FailureLedger {
  readonly #kinds = new Map<string, FailureKind>();

  /** Looks at the line text[start, end), the `position`-th of the input. */
  observe(text: string, start: number, end: number, position: number): void {
    const grave = gravity(text.slice(start, Math.min(end, start + JUDGED_CHARS)));
    if (grave === 0) return;
    const key = templateKey(text, start, end, 'log');
    const known = this.#kinds.get(key);
    if (known) known.count++;
    else if (this.#kinds.size < KINDS_MAX) this.#kinds.set(key, { key, gravity: grave, first: position, count: 1 });
  }

  /** The likeliest first causes, best first. */
  weigh(limit: number): WeighedFailure[] {
    const avalanche = this.#avalanche();
    return [...this.#kinds.values()]
      .map((kind) => ({ key: kind.key, points: weight(kind, avalanche), first: kind.first }))
      .sort((one, other) => other.points - one.points || one.first - other.first)
      .slice(0, limit)
      .map(({ key, points }) => ({ key, points: Math.round(points * 1000) / 1000 }));
  }

  /** Where the largest avalanche of errors begins; undefined when no error repeats itself. */
  #avalanche(): number | undefined {
    let largest: FailureKind | undefined;
    for (const kind of this.#kinds.values()) {
      if (kind.gravity < 2 || kind.count < AVALANCHE_LINES) continue;
      if (!largest || kind.count > largest.count) largest = kind;
    }
    return largest?.first;
  }
}

function weight(kind: FailureKind, avalanche: number | undefined): number {
  const rarity = 1 / (1 + Math.log2(kind.count));
  if (avalanche === undefined) return kind.gravity * rarity;
  const before = avalanche - kind.first;
  if (before < 0) return kind.gravity * rarity * 0.5;
  return kind.gravity * rarity * (1 + Math.min(1, NEAR_LINES / before));
}
