// Owns the first pass over the input: document frequencies of the question's terms and the kind of each file, in
// bounded memory. Every score of the second pass rests on these, so they must be of the whole input.

import { FailureLedger, FailureMatcher } from './failures.ts';
import { KindProfile, type TextKind } from './kind.ts';
import { LineCounts } from './line-counts.ts';
import { PLAN_FAILURES_MAX, type PlanFailure, type SearchPlan } from './plan.ts';
import type { QueryAnalysis } from './query.ts';
import { templateHash } from './template.ts';
import { TermMatcher } from './tokens.ts';
import { TUNING } from './tuning.ts';
import { UnitCursor } from './units.ts';

/** Slots of the table of templates already counted; a power of two. A collision only counts a template again. */
const TEMPLATE_SLOTS = 1 << 17;
/** A line without an end is kept back no longer than this; then its whole windows are counted. */
const CARRY_CHARS_MAX = 1 << 16;

/** Counts terms while the input streams by. Feed the files in order, each as pieces cut anywhere, then `endFile`. */
export class CorpusStatistics {
  readonly #analysis: QueryAnalysis;
  readonly #matcher: TermMatcher;
  readonly #frequency: Float64Array;
  readonly #lastUnit: Float64Array;
  readonly #templates = new Int32Array(TEMPLATE_SLOTS);
  readonly #kinds: TextKind[] = [];
  readonly #failures: FailureLedger | undefined;
  readonly #counts: LineCounts | undefined;
  #profile = new KindProfile();
  #units = 0;
  #tokens = 0;
  #carry = '';
  #carryOffset = 0;

  constructor(analysis: QueryAnalysis) {
    this.#analysis = analysis;
    this.#frequency = new Float64Array(analysis.terms.length);
    this.#lastUnit = new Float64Array(analysis.terms.length).fill(-1);
    const asked = analysis.hints.includes('failure') || analysis.hints.includes('diagnosis');
    const stems = analysis.terms.map((term) => term.stem);
    this.#matcher = asked ? new FailureMatcher(stems) : new TermMatcher(stems);
    this.#failures = asked ? new FailureLedger() : undefined;
    this.#counts = analysis.hints.includes('count') ? new LineCounts() : undefined;
  }

  /** Takes the next piece of the current file. */
  observe(piece: string): void {
    const text = this.#carry + piece;
    const feed = text.lastIndexOf('\n');
    if (feed < 0 && text.length < CARRY_CHARS_MAX) {
      this.#carry = text;
      return;
    }
    if (feed >= 0) {
      this.#count(text.slice(0, feed + 1), this.#carryOffset);
      this.#carry = text.slice(feed + 1);
      this.#carryOffset = 0;
      return;
    }
    // A line without an end so far: count whole windows (and never half a surrogate pair), keep the rest.
    const windows = new UnitCursor(text, this.#carryOffset);
    let cut = 0;
    while (windows.next() && windows.end < text.length) cut = windows.end;
    this.#count(text.slice(0, cut), this.#carryOffset);
    this.#carry = text.slice(cut);
    this.#carryOffset += cut;
  }

  /** Ends the current file; the next piece begins another one. */
  endFile(): void {
    if (this.#carry !== '') this.#count(this.#carry, this.#carryOffset);
    this.#carry = '';
    this.#carryOffset = 0;
    this.#kinds.push(this.#profile.kind());
    this.#profile = new KindProfile();
  }

  /** Enough was seen of the current file: what follows does not change its kind. */
  get knowsKind(): boolean {
    return this.#profile.settled;
  }

  /** The kind of the file with this index, in the order the files were fed. */
  kindOf(fileIndex: number): TextKind {
    return this.#kinds[fileIndex] ?? this.#profile.kind();
  }

  /** Lines of the input like those of a log candidate's group; known only where the question asks for a number. */
  countOf(groupKey: string): number | undefined {
    return this.#counts?.of(groupKey);
  }

  /** Everything a score depends on, ready to travel with each job. */
  plan(): SearchPlan {
    return {
      units: this.#units,
      averageTokens: this.#units === 0 ? 0 : Math.round((this.#tokens / this.#units) * 100) / 100,
      terms: this.#analysis.terms.map((term, index) => ({ ...term, frequency: this.#frequency[index]! })),
      hints: this.#analysis.hints,
      failures: this.#weighFailures(),
    };
  }

  #weighFailures(): PlanFailure[] {
    const weight = this.#analysis.hints.includes('diagnosis') ? TUNING.diagnosisWeight : TUNING.failureWeight;
    const likely = this.#failures?.weigh(PLAN_FAILURES_MAX) ?? [];
    return likely.map(({ key, points }) => ({ key, points: Math.round(points * weight * 1000) / 1000 }));
  }

  #count(text: string, offsetInLine: number): void {
    const cursor = new UnitCursor(text, offsetInLine);
    const matcher = this.#matcher;
    while (cursor.next()) {
      if (cursor.end === cursor.start) continue;
      if (!this.#profile.settled) this.#profile.observe(text.slice(cursor.start, cursor.end));
      const tokens = matcher.scan(text, cursor.start, cursor.end);
      if (tokens === 0) continue;
      this.#units++;
      this.#tokens += tokens;
      if (!cursor.windowed) this.#counts?.observe(text, cursor.start, cursor.end);
      if (matcher instanceof FailureMatcher && matcher.settle()) {
        this.#failures?.observe(text, cursor.start, cursor.end, this.#units);
      }
      if (matcher.hitCount > 0) this.#countHits(text, cursor.start, cursor.end);
    }
  }

  /** A term counts once per template: a line repeated a thousand times with other values is one document. */
  #countHits(text: string, start: number, end: number): void {
    const hash = templateHash(text, start, end) | 1;
    const slot = (hash >>> 1) & (TEMPLATE_SLOTS - 1);
    if (this.#templates[slot] === hash) return;
    this.#templates[slot] = hash;
    const matcher = this.#matcher;
    for (let index = 0; index < matcher.hitCount; index++) {
      const term = matcher.hitTerm[index]!;
      if (this.#lastUnit[term] === this.#units) continue;
      this.#lastUnit[term] = this.#units;
      this.#frequency[term]!++;
    }
  }
}
