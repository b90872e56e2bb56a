// The oracle: a model that reads perfectly, but for errors at a rate that is set. It sees nothing but prompts, and knows of the task what
// a reader of the line would know (task.ts). So what is measured with it is the scaffold round the model, and not any model.
import { createHash } from 'node:crypto';
import type { ChatMessage, LanguageModel } from '../../conductor/ports.ts';
import type { RecordValue } from '../../protocol/records.ts';
import { fractionOf } from '../../test/simulation/swarm/streams.ts';
import { OracleCount } from './oracle-count.ts';
import { barredIn, evidenceIn, type NumberedLine, numberedIn, type ReadPrompt, readPrompt } from './oracle-prompt.ts';
import type { Reader, TaskInstance } from './task.ts';

export interface OracleOptions {
  readonly seed: number;
  /** The share of lines that a leaf gets wrong, each on its own and anew for each replica. */
  readonly errorRate: number;
}

export interface OracleAnswer {
  readonly text: string;
  readonly usage: { readonly input: number; readonly output: number };
}

/** As the prompts of the leaves ask; more would be cut. */
const FINDINGS_MAX = 6;
const QUOTE_CHARS = 500;
const NOTE_CHARS = 1_000;
const NOT_THERE = 'The text does not answer the question.';

/** Writes the next action of an exploration. */
export type Controller = (prompt: ReadPrompt, reader: Reader, question: string) => string;

export class Oracle {
  readonly options: OracleOptions;
  count = new OracleCount();
  #task: TaskInstance | undefined;
  /** Where it is asked about several tasks: which one a prompt is about is told from its question. */
  #known: ReadonlyMap<string, TaskInstance> = new Map();
  readonly #control: Controller;
  /** Prompt → how often it was asked: each time is another replica. */
  readonly #asked = new Map<string, number>();

  constructor(options: OracleOptions, control: Controller) {
    this.options = options;
    this.#control = control;
  }

  /** From now on prompts are about this task, and counting begins anew. */
  take(task: TaskInstance): void {
    this.#task = task;
    this.count = new OracleCount();
    this.#asked.clear();
  }

  /** From now on prompts are about any of these, whose questions differ. */
  know(tasks: readonly TaskInstance[]): void {
    this.#task = undefined;
    this.#known = new Map(tasks.map((task) => [task.question, task]));
    this.count = new OracleCount();
    this.#asked.clear();
  }

  complete(messages: readonly ChatMessage[]): OracleAnswer {
    const prompt = readPrompt(messages);
    const task = this.#task ?? this.#known.get(prompt.question);
    const text = task === undefined ? NOT_THERE : this.#answer(prompt, task);
    return { text, usage: this.count.add(prompt.role, prompt.whole, text) };
  }

  #answer(prompt: ReadPrompt, { reader, question }: TaskInstance): string {
    switch (prompt.role) {
      case 'leaf':
        return this.#leaf(prompt, reader);
      case 'controller':
        return this.#control(prompt, reader, question);
      case 'router':
        return JSON.stringify({ selected: numberedIn(prompt.material).map(({ number }) => number) });
      case 'reducer':
        return JSON.stringify(reduced(prompt, reader));
      case 'verifier':
        return JSON.stringify({ supported: true, unsupported: [] });
      case 'summary':
        return JSON.stringify({ summary: this.#summary(prompt, reader) });
      default:
        return JSON.stringify(this.#direct(prompt, reader));
    }
  }

  /** The lines of the part, without those that are misread this time, and who may say which. */
  #leaf(prompt: ReadPrompt, reader: Reader): string {
    const lines = numberedIn(prompt.material);
    const hash = createHash('sha256').update(prompt.material).digest();
    const key = hash.toString('hex');
    const replica = this.#asked.get(key) ?? 0;
    this.#asked.set(key, replica + 1);
    const bytes = lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
    this.count.leafTextBytes += bytes;
    if (replica === 0) {
      this.count.leafPrompts++;
      this.count.leafDistinctBytes += bytes;
    }
    const { seed, errorRate } = this.options;
    const place = hash.readInt32LE(0);
    const drawn = (line: number) => fractionOf(seed ^ place, line, replica);
    const isWrong = (line: NumberedLine) => drawn(line.number) < errorRate;
    if (prompt.form === 'records') return JSON.stringify({ records: this.#records(lines, reader, isWrong, drawn) });
    return JSON.stringify({
      findings: findings(
        lines.filter((line) => !isWrong(line)),
        reader,
      ),
    });
  }

  /** Each record of the part; where it is misread, one of its fields has another of the values there are. */
  #records(
    lines: readonly NumberedLine[],
    reader: Reader,
    isWrong: (line: NumberedLine) => boolean,
    drawn: (line: number) => number,
  ): { line: number; fields: Readonly<Record<string, RecordValue>> }[] {
    const { approach } = reader;
    const closed = approach.kind === 'records' ? approach.fields.find(({ values }) => values !== undefined) : undefined;
    return lines.flatMap((line) => {
      const fields = reader.record?.(line.text);
      if (fields === undefined) return [];
      this.count.recordsTold++;
      if (!isWrong(line) || closed === undefined) return [{ line: line.number, fields }];
      this.count.recordsWrong++;
      const others = closed.values!.filter((value) => value !== fields[closed.name]);
      const other = others[Math.floor((drawn(line.number) / this.options.errorRate) * others.length)]!;
      return [{ line: line.number, fields: { ...fields, [closed.name]: other } }];
    });
  }

  /** Keeps the words of every line that helps, as long as there is room; told how much in the prompt. */
  #summary(prompt: ReadPrompt, reader: Reader): string {
    const charsMax = Number(/at most (\d+) characters/.exec(prompt.system)?.[1] ?? 0);
    const lines = [...barredIn(prompt.material), ...numberedIn(prompt.material).map(({ text }) => text)];
    const kept: string[] = [];
    let chars = 0;
    for (const line of lines.filter((text) => reader.relevant(text))) {
      if (chars + line.length + 1 > charsMax) break;
      kept.push(line);
      chars += line.length + 1;
    }
    return kept.join('\n');
  }

  #direct(prompt: ReadPrompt, reader: Reader): object {
    const lines = [...numberedIn(prompt.material).map(({ text }) => text), ...barredIn(prompt.material)];
    const relevant = lines.filter((line) => reader.relevant(line));
    const quoted = relevant.slice(0, FINDINGS_MAX).map((line) => quoteOf(line, reader));
    return { answer: reader.answer(relevant) ?? NOT_THERE, evidence: quoted.map((quote) => ({ quote })) };
  }
}

function quoteOf(line: string, reader: Reader): string {
  return (reader.quote?.(line) ?? line).slice(0, QUOTE_CHARS);
}

/** Best first. Where many lines make one answer, the first of them stands for all, and the note tells what they come to. */
function findings(lines: readonly NumberedLine[], reader: Reader): object[] {
  const relevant = lines.filter(({ text }) => reader.relevant(text));
  const tally = reader.tally?.(relevant.map(({ text }) => text));
  const note = tally === undefined ? {} : { note: tally.slice(0, NOTE_CHARS) };
  return relevant
    .slice(0, tally === undefined ? FINDINGS_MAX : 1)
    .map(({ number, text }) => ({ line: number, quote: quoteOf(text, reader), score: 1, ...note }));
}

/** The answer of the evidence: its lines, or what their notes come to together. */
function reduced(prompt: ReadPrompt, reader: Reader): { answer: string; citations: number[] } {
  const end = prompt.material.lastIndexOf('\nQuestion: ');
  const items = evidenceIn(prompt.material.slice(0, end));
  const notes = items.flatMap(({ note }) => note ?? []);
  const helpful = items.filter(({ lines }) =>
    lines.some((line) => reader.relevant(line) || reader.quote !== undefined),
  );
  const lines = helpful.flatMap((item) => item.lines);
  const answer = reader.combine === undefined ? reader.answer(lines) : reader.combine(notes);
  const citations = helpful.map(({ n }) => n);
  if (answer === undefined) return { answer: NOT_THERE, citations: [] };
  return { answer: `${answer} ${citations.map((n) => `[${n}]`).join('')}`.trim(), citations };
}

/** The oracle in this process, for whoever has no need of a socket. */
export function oracleModel(oracle: Oracle): LanguageModel {
  return {
    model: 'oracle',
    async complete({ messages }) {
      oracle.count.arrived();
      const { text, usage } = oracle.complete(messages);
      return { text, usage: { calls: 1, input_tokens: usage.input, output_tokens: usage.output } };
    },
  };
}
