// Which strategy `auto` means: a table of rules, read from its top, of which the first that holds decides. The words of that rule are
// the reason in the run's receipt.
import type { ContextPressure, StrategyId } from '../../protocol/receipt.ts';
import type { SelectableStrategy } from '../../protocol/select-strategy.ts';

/** What may be asked for by name. */
export const STRATEGY_CHOICES = ['auto', 'direct', 'map_reduce', 'rlm_lite', 'distilled'] as const;
export type StrategyChoice = (typeof STRATEGY_CHOICES)[number];

const STRATEGY_OF: Readonly<Record<Exclude<StrategyChoice, 'auto'>, StrategyId>> = {
  direct: 'direct.v1',
  map_reduce: 'map_reduce.v1',
  rlm_lite: 'rlm_lite.v1',
  distilled: 'distilled.search_line_extract.v1',
};

/** A window that most models have, also those of a laptop; larger ones are named by --window. */
export const WINDOW_TOKENS_DEFAULT = 16_384;
/** Where nothing counts tokens, they are taken to be this long. */
export const BYTES_PER_TOKEN = 4;
/** The larger the share of a window that is filled, the more a model overlooks; half leaves room for prompt and answer, too. */
export const PRESSURE_MAX = 0.5;
/** Of a window that `direct` fills with text; the rest is for the prompt's own words, line numbers and the answer. */
export const DIRECT_SHARE = 0.75;

/** What an active artifact of SelectStrategy.v1 predicts for a run. */
export interface Selected {
  readonly strategy: SelectableStrategy;
  readonly compiledId: string;
}

/** A strategy that the parameters in force name. */
export interface Named {
  readonly strategyId: StrategyId;
  readonly compiledId: string;
}

/** What a run is asked with. */
export interface Situation {
  readonly asked: StrategyChoice;
  readonly hasModel: boolean;
  readonly inputBytes: number;
  readonly windowTokens: number;
  /** Relays were named: it is meant for their swarm. */
  readonly namesRelay: boolean;
  /** A verification tier was named: others are to check the answers. */
  readonly namesTier: boolean;
  /** Answers are to be paid out of escrow. */
  readonly paysInEscrow: boolean;
  /** Absent where no such artifact is active. */
  readonly selected?: Selected;
  /** Absent where the parameters leave it open. */
  readonly named?: Named;
}

export interface Route {
  readonly strategyId: StrategyId;
  /** In words. */
  readonly reason: string;
  /** Absent where there is no model to fill the window of. */
  readonly pressure?: ContextPressure;
}

interface Rule {
  readonly holds: (situation: Situation, pressure: number) => boolean;
  readonly strategyId: StrategyId | ((situation: Situation) => StrategyId);
  readonly because: string | ((situation: Situation) => string);
}

/** Characters of an artifact's name that tell it from others. */
const COMPILED_ID_SHOWN = 12;

const asksOthers = ({ namesRelay, namesTier, paysInEscrow }: Situation) => namesRelay || namesTier || paysInEscrow;

const NAMED: Rule = {
  holds: (situation) =>
    situation.named !== undefined &&
    !asksOthers(situation) &&
    (situation.named.strategyId !== 'direct.v1' || !situation.hasModel || fitsDirect(situation)),
  strategyId: ({ named }) => named!.strategyId,
  because: ({ named }) => `the parameters in force name it, artifact ${named!.compiledId.slice(0, COMPILED_ID_SHOWN)}`,
};

const SELECTED: Rule = {
  // What was learnt never cuts an input off: that is what `direct` does with one that does not fit.
  holds: (situation) =>
    situation.selected !== undefined && (situation.selected.strategy !== 'direct' || fitsDirect(situation)),
  strategyId: ({ selected }) => STRATEGY_OF[selected!.strategy],
  because: ({ selected }) =>
    `SelectStrategy.v1 chose it by its artifact ${selected!.compiledId.slice(0, COMPILED_ID_SHOWN)}`,
};

/** The rules of `auto`. */
const RULES: readonly Rule[] = [
  NAMED,
  {
    holds: ({ hasModel }) => !hasModel,
    strategyId: 'map_reduce.v1',
    because: 'no language model is there: the embedded engine reads every chunk',
  },
  {
    holds: ({ namesRelay }) => namesRelay,
    strategyId: 'map_reduce.v1',
    because: 'relays were named: their swarm is asked',
  },
  {
    holds: ({ namesTier }) => namesTier,
    strategyId: 'map_reduce.v1',
    because: 'a verification tier was named: others check the answers of the chunks',
  },
  {
    holds: ({ paysInEscrow }) => paysInEscrow,
    strategyId: 'map_reduce.v1',
    because: 'answers are paid out of escrow: the swarm is asked',
  },
  SELECTED,
  {
    holds: (_situation, pressure) => pressure <= PRESSURE_MAX,
    strategyId: 'direct.v1',
    because: 'the whole input fits into half of the window of the model',
  },
  {
    holds: () => true,
    strategyId: 'map_reduce.v1',
    because: 'the input would fill more than half of the window of the model',
  },
];

/** How much of the window an input would fill. */
export function pressureOf({
  inputBytes,
  windowTokens,
}: Pick<Situation, 'inputBytes' | 'windowTokens'>): ContextPressure {
  const inputTokens = Math.ceil(inputBytes / BYTES_PER_TOKEN);
  return { pressure: inputTokens / windowTokens, inputBytes, inputTokens, windowTokens };
}

/** Whether `direct` shows a model all of it: what does not fit is cut off. */
export function fitsDirect(size: Pick<Situation, 'inputBytes' | 'windowTokens'>): boolean {
  return pressureOf(size).pressure <= DIRECT_SHARE;
}

/** Whether `auto` comes to the rule that asks what was learnt: else there is no need to predict it. */
export function asksSelected(situation: Omit<Situation, 'selected'>): boolean {
  const selected: Selected = { strategy: 'map_reduce', compiledId: '' };
  return situation.asked === 'auto' && ruleOf({ ...situation, selected }) === SELECTED;
}

function ruleOf(situation: Situation): Rule {
  const { pressure } = pressureOf(situation);
  return RULES.find(({ holds }) => holds(situation, pressure))!;
}

/** The strategy of a run, and why it is that one. Pure: the same situation gives the same route. */
export function routeOf(situation: Situation): Route {
  const { asked, hasModel } = situation;
  const pressure = pressureOf(situation);
  const pressed = hasModel ? { pressure } : {};
  if (asked !== 'auto') return { strategyId: STRATEGY_OF[asked], reason: 'it was asked for by name', ...pressed };
  const rule = ruleOf(situation);
  const share = `${(pressure.pressure * 100).toFixed(pressure.pressure < 0.1 ? 1 : 0)} %`;
  const figures = hasModel ? ` (${pressure.inputTokens} of ${pressure.windowTokens} tokens, ${share})` : '';
  const strategyId = typeof rule.strategyId === 'string' ? rule.strategyId : rule.strategyId(situation);
  const because = typeof rule.because === 'string' ? rule.because : rule.because(situation);
  return { strategyId, reason: `auto: ${because}${figures}`, ...pressed };
}
