// Reads TAP 14 as tap 21 writes it, piece by piece, and keeps what a person needs: every failed assertion
// with the sentence it stands under, what was skipped, and the last total. Nothing else is kept.

const INDENT = 4;
/** A failure is to be read, not scrolled through. */
const DIAGNOSTIC_LINES_MAX = 60;
const NOISE = /^\s*(source|columnNumber|typeName|methodName|functionName|isToplevel|tapCaught):/;

/** One diagnostic block without the lines that only repeat the source. */
function readable(diagnostic: readonly string[], margin: number): string {
  const kept: string[] = [];
  let inSource = false;
  for (const line of diagnostic) {
    const text = line.slice(margin);
    if (/^\S/.test(text)) inSource = text.startsWith('source:');
    if (!inSource && !NOISE.test(text)) kept.push(`    ${text}`);
  }
  const left = kept.length - DIAGNOSTIC_LINES_MAX;
  if (left > 0) kept.splice(DIAGNOSTIC_LINES_MAX, left, `    … ${left} more lines`);
  return kept.join('\n');
}

export interface Totals {
  readonly total: number;
  readonly pass: number;
  readonly fail: number;
}

export interface TapReport {
  /** Each failed assertion: its sentence, then its diagnostic. */
  readonly failures: readonly string[];
  readonly skipped: readonly string[];
  /** What tests said of themselves (`t.comment`): seeds and figures. */
  readonly notes: readonly string[];
  /** Undefined when the stream never told them: then nothing is known, whatever came before. */
  readonly totals: Totals | undefined;
  readonly lastTest: string;
}

interface OpenFailure {
  readonly sentence: string;
  readonly margin: number;
  diagnostic: string[] | undefined;
}

export class TapReader {
  #rest = '';
  readonly #names: string[] = [];
  readonly #failures: string[] = [];
  readonly #skipped: string[] = [];
  readonly #notes: string[] = [];
  #totals: Totals | undefined;
  #lastTest = 'none';
  /** The failed assertion whose diagnostic is being read. */
  #open: OpenFailure | undefined;
  /** Depth → failures there were when the subtest began: a failed subtest is not told twice. */
  readonly #before: number[] = [];

  write(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end(): TapReport {
    if (this.#rest !== '') this.#line(this.#rest);
    this.#closeFailure();
    const [failures, skipped, notes] = [this.#failures, this.#skipped, this.#notes];
    return { failures, skipped, notes, totals: this.#totals, lastTest: this.#lastTest };
  }

  #line(line: string): void {
    const margin = line.length - line.trimStart().length;
    const text = line.trim();
    if (this.#open !== undefined && this.#diagnostic(this.#open, line, text, margin)) return;
    const depth = Math.floor(margin / INDENT);
    if (text.startsWith('# Subtest: ')) this.#begin(text.slice('# Subtest: '.length), depth);
    else if (text.startsWith('not ok ')) this.#notOk(text, depth, margin);
    else if (/^ok \d+ .*# SKIP/.test(text)) this.#skipped.push(this.#sentence(text, depth));
    else if (depth > 0 && text.startsWith('# ') && !/^# (time=|\{ )/.test(text)) this.#notes.push(text.slice(2));
    else if (depth === 0 && text.startsWith('# { total')) this.#totals = readTotals(text);
  }

  #begin(name: string, depth: number): void {
    this.#names.length = depth;
    this.#names[depth] = name;
    this.#before[depth] = this.#failures.length;
    this.#lastTest = this.#names.join(' > ');
  }

  #sentence(text: string, depth: number): string {
    const own = text.replace(/^(not )?ok \d+( - )?/, '').replace(/ # time=.*$/, '');
    return [...this.#names.slice(0, depth), own].join(' > ');
  }

  #notOk(text: string, depth: number, margin: number): void {
    this.#closeFailure();
    if (/# TO(?:)DO/.test(text)) return;
    const own = text.replace(/^not ok \d+( - )?/, '').replace(/ # time=.*$/, '');
    const told = this.#names[depth] === own && this.#failures.length > (this.#before[depth] ?? 0);
    if (!told) this.#open = { sentence: this.#sentence(text, depth), margin, diagnostic: undefined };
  }

  /** True when the line belongs to the diagnostic of the open failure. */
  #diagnostic(open: OpenFailure, line: string, text: string, margin: number): boolean {
    if (open.diagnostic === undefined) {
      if (text !== '---') {
        this.#closeFailure();
        return false;
      }
      open.diagnostic = [];
    } else if (text === '...' && margin === open.margin + 2) this.#closeFailure();
    else open.diagnostic.push(line);
    return true;
  }

  #closeFailure(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#failures.push(`  x ${open.sentence}\n${readable(open.diagnostic ?? [], open.margin + 2)}`);
  }
}

/** `# { total: 7, pass: 3, fail: 2, skip: 2 }` */
function readTotals(text: string): Totals {
  const number = (name: string) => Number(text.match(new RegExp(`\\b${name}: (\\d+)`))?.[1] ?? 0);
  return { total: number('total'), pass: number('pass'), fail: number('fail') };
}
