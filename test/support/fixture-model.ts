// A language model that is as good as its prompt: for each case a seed says how hard it is, and what stands in the prompt says how hard a
// case may be to be answered rightly. It answers SelectStrategy, judges and proposes; its mistakes are the same each time.
import type { ChatMessage, Completion, LanguageModel } from '../../conductor/ports.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { DseExample, Split } from '../../protocol/dse/example.ts';
import { SELECT_STRATEGY, SELECTABLE_STRATEGIES } from '../../protocol/select-strategy.ts';

/** What it is right about: how much of all cases, by what stands in the prompt. */
const PLAIN = 0.45;
const CAREFUL = 0.12;
const NAMED = 0.1;
/** For each example shown, as far as eight of them. */
const EACH_SHOWN = 0.025;
const SHOWN_MAX = 8;
/** What the proposing model finds out, and writes into the task. */
const INSIGHT = 'Look at the number of the case.';
const INSIGHTFUL = 0.2;
/** Of its answers so many have words around them, unless it is told not to. */
const CHATTY = 0.3;

/** At least 0, below 1, by the words. */
export function chanceOf(...words: readonly unknown[]): number {
  return Number.parseInt(canonicalHash(words).slice(0, 12), 16) / 16 ** 12;
}

const strategyOf = (number: number) =>
  SELECTABLE_STRATEGIES[Math.floor(chanceOf('right', number) * SELECTABLE_STRATEGIES.length)]!;

/** Cases that it is asked about; each has an input of its own. */
export function fixtureExamples(count: number, split: Split, from = 0): DseExample[] {
  return Array.from({ length: count }, (_, at) => {
    const number = from + at;
    return {
      exampleId: `case-${String(number).padStart(4, '0')}`,
      signatureId: SELECT_STRATEGY.signatureId,
      inputJson: {
        query: `case-${number} of ${canonicalHash(number).slice(0, 24)}`,
        features: { bytes: 1_000 + number, files: 1, window_tokens: 16_384, kind: 'log' },
      },
      expectedJson: { strategy: strategyOf(number) },
      split,
      tags: [],
      review: 'approved',
      meta: {},
    };
  });
}

/** 120 to learn from, 60 to compare by, `held` that no search may see. */
export function fixtureDataset(held = 100): DseExample[] {
  return [
    ...fixtureExamples(120, 'train'),
    ...fixtureExamples(60, 'dev', 1_000),
    ...fixtureExamples(held, 'holdout', 2_000),
  ];
}

/** What it says to these messages. */
export function fixtureAnswer(seed: number, messages: readonly Pick<ChatMessage, 'content'>[]): string {
  const [system = '', asked = ''] = messages.map(({ content }) => content);
  if (system.startsWith('You judge')) return judgement(asked);
  if (system.startsWith('You improve'))
    return JSON.stringify({ task: `You choose a strategy. ${INSIGHT}`, rules: ['Be brief.'] });
  const number = Number(
    asked
      .match(/case-(\d+)/g)
      ?.at(-1)
      ?.slice('case-'.length) ?? 0,
  );
  const shown = Math.min(SHOWN_MAX, asked.match(/^Example \d+:$/gm)?.length ?? 0);
  const isBare = system.includes('not one word beside it') || messages.length > 2;
  let able = PLAIN + shown * EACH_SHOWN;
  if (system.includes('part by part')) able += CAREFUL;
  if (system.includes('The answer is one of these')) able += NAMED;
  if (system.includes(INSIGHT)) able += INSIGHTFUL;
  const right = strategyOf(number);
  const wrong = SELECTABLE_STRATEGIES[(SELECTABLE_STRATEGIES.indexOf(right) + 1) % SELECTABLE_STRATEGIES.length];
  const json = JSON.stringify({ strategy: chanceOf('hard', seed, number) < able ? right : wrong });
  return !isBare && chanceOf('chatty', seed, number) < CHATTY ? `Sure, here it is: ${json} I hope this helps.` : json;
}

/** One where expected and judged output are the same line, else none. */
function judgement(asked: string): string {
  const [expected, output] = asked
    .split(/Expected output:\n|Output to judge:\n/)
    .slice(1)
    .map((text) => text.trim().split('\n')[0]);
  const score = expected === output ? 1 : 0;
  return JSON.stringify({ reason: score === 1 ? 'the same' : 'another strategy', score });
}

/** In memory, with its calls counted. */
export class FixtureModel implements LanguageModel {
  readonly model = 'fixture';
  calls = 0;
  /** Every text that it was ever shown. */
  readonly shown: string[] = [];
  readonly #seed: number;
  /** Called before each answer; what it throws is what the endpoint fails with. */
  onCall: () => void = () => undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async complete({ messages }: Parameters<LanguageModel['complete']>[0]): Promise<Completion> {
    this.onCall();
    this.calls++;
    this.shown.push(messages.map(({ content }) => content).join('\n'));
    const text = fixtureAnswer(this.#seed, messages);
    const tokens = Math.ceil(messages.reduce((chars, { content }) => chars + content.length, 0) / 4);
    return { text, usage: { calls: 1, input_tokens: tokens, output_tokens: Math.ceil(text.length / 4) } };
  }
}
