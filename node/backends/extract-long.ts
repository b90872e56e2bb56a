// The embedded engine on a long text or a thread: it answers and summarises by choosing lines and copying them.
import { cutQuote, fitFindings } from '../../conductor/predict/fit.ts';
import { NOTHING_FOUND } from '../../conductor/search/answer.ts';
import { gistOf } from '../../conductor/search/gist.ts';
import { OUTPUT_CHARS_MAX, QUOTE_CHARS_MAX } from '../../protocol/limits.ts';
import type {
  LongContextQaInput,
  LongContextQaOutput,
  Quoted,
  SummarizeInput,
  SummarizeOutput,
} from '../../protocol/long-context.ts';
import type { Evidence, Finding, ReducerInput, ReducerOutput } from '../../protocol/signature.ts';

/** Findings of a text that are worth telling. */
const TOLD_MAX = 12;
/** `" [999]\n"` behind a quote. */
const MARK_CHARS = 7;
const NOTHING_TO_TELL = 'There is nothing to summarise.';

/** How the engine does its other steps. */
export interface LongSteps {
  readonly extract: (query: string, text: string) => readonly Finding[];
  readonly reduce: (input: ReducerInput) => ReducerOutput;
}

/** The best lines of the text, or of the evidence, with their marks. */
export function answerLong({ query, text, evidence }: LongContextQaInput, steps: LongSteps): LongContextQaOutput {
  const found = evidence ?? findingsOf(query, text ?? '', steps);
  if (found.length === 0) return { answer: NOTHING_FOUND, evidence: [] };
  const { answer, citations } = steps.reduce({ query, evidence: [...found] });
  const cited = new Set(citations);
  const quoted = found.filter(({ n }) => cited.has(n)).map((item) => quotedOf(item, text !== undefined));
  return { answer, evidence: quoted };
}

function findingsOf(query: string, text: string, { extract }: LongSteps): Evidence[] {
  const findings = fitFindings(extract(query, text), OUTPUT_CHARS_MAX).slice(0, TOLD_MAX);
  return findings.map(({ quote, line = 1 }, index) => ({ n: index + 1, reference: `${line}`, quote }));
}

/** @param isOfText its reference is the line of the one text there is */
function quotedOf({ n, reference, quote }: Evidence, isOfText: boolean): Quoted {
  const place = isOfText ? { line: Number(reference) } : { reference };
  return { n, quote: cutQuote(quote, QUOTE_CHARS_MAX), ...place };
}

interface Told extends Omit<Quoted, 'n'> {
  /** Of its message. */
  readonly n?: number;
}

/** The lines that tell most of what it is about, in their order. */
export function summarise({ text, messages, focus, max_chars: charsMax }: SummarizeInput): SummarizeOutput {
  const lines: Told[] = text === undefined ? [] : linesOf(text).map((quote, index) => ({ quote, line: index + 1 }));
  for (const [index, message] of (messages ?? []).entries())
    for (const quote of linesOf(message.text)) lines.push({ quote, n: index + 1, reference: message.author });
  const chosen = gistOf(
    lines.map(({ quote }) => quote),
    charsMax,
    MARK_CHARS,
    focus,
  );
  const evidence: Quoted[] = [];
  const told: string[] = [];
  let room = charsMax;
  for (const index of chosen) {
    const { n = evidence.length + 1, quote, ...place } = lines[index]!;
    const words = cutQuote(quote.trim(), Math.min(QUOTE_CHARS_MAX, room - MARK_CHARS));
    if (words === '') break;
    told.push(`${words} [${n}]`);
    room -= words.length + MARK_CHARS;
    evidence.push({ n, quote: words, ...place });
    if (room <= MARK_CHARS) break;
  }
  return { summary: told.length === 0 ? NOTHING_TO_TELL : told.join('\n'), evidence };
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}
