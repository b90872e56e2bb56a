// The space where nobody named one: variants of the instructions, sets of training examples to show, ways to read the answer, and the
// strategies that are there. Made from the examples by a seed, so that the same examples give the same space.
import { blocksOf } from '../../conductor/predict/contract.ts';
import type { PromptBlocks } from '../../conductor/predict/prompt.ts';
import type { CatalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { DECODE_MODES, FEW_SHOT_MAX, MODEL_ROLES, type PredictParams } from '../../protocol/predict-params.ts';
import type { StrategyId } from '../../protocol/receipt.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import type { VisibleExample } from '../examples/visible.ts';
import { drawOf } from './draw.ts';
import type { Space } from './space.ts';

/** A longer example would crowd out the question sixteen times over. */
const SHOT_CHARS_MAX = 4_096;
const SHOT_COUNTS = [1, 2, 4, 8, FEW_SHOT_MAX];
/** Sets drawn of each size: the embedded engine has nothing else to choose. */
const DRAWS = { model: 2, engine: 8 };
/** Of so few different outputs the instructions can name all. */
const OUTPUTS_NAMED_MAX = 12;
const OUTPUT_CHARS_NAMED = 200;

export interface SpaceMaterial {
  readonly entry: CatalogueEntry;
  readonly base: PredictParams;
  readonly train: readonly VisibleExample[];
  readonly model: string;
  readonly seed: number;
  /** Ways of predicting this signature that are there, beside the base's own. */
  readonly strategies: readonly StrategyId[];
  /** There is a smaller model beside `model`. */
  readonly hasSubModel: boolean;
}

/** Every list begins with null: as it is in the base. */
export function defaultSpace({ entry, base, train, model, seed, strategies, hasSubModel }: SpaceMaterial): Space {
  const isEngine = model === ENGINE_NAME;
  const shots = shotSets(train, seed, isEngine ? DRAWS.engine : DRAWS.model);
  const space: Space = shots.length === 0 ? {} : { fewShot: [null, ...shots] };
  const others = strategies.filter((strategyId) => strategyId !== base.strategyId);
  if (others.length > 0) space.strategyId = [null, ...others];
  if (isEngine) return space;
  if (hasSubModel) space.role = [null, ...MODEL_ROLES.filter((role) => role !== (base.role ?? 'main'))];
  space.blocks = [null, ...instructionVariants(blocksOf(entry.prompt.blocks, base), train)];
  space.decode = [null, ...DECODE_MODES.filter((mode) => mode !== base.decode)];
  return space;
}

/** Ids of training examples, as different in their outputs as there are. */
function shotSets(train: readonly VisibleExample[], seed: number, draws: number): string[][] {
  const short = train.filter(({ inputJson, expectedJson }) => {
    return canonicalJson(inputJson).length + canonicalJson(expectedJson).length <= SHOT_CHARS_MAX;
  });
  const sets = new Map<string, string[]>();
  for (const count of SHOT_COUNTS.filter((count) => count <= short.length))
    for (let number = 0; number < draws; number++) {
      const set = spread(short, count, drawOf('few-shot', seed, count, number));
      sets.set(set.join('\n'), set);
    }
  return [...sets.values()];
}

/** So many ids, drawn by turns from the examples of each output. */
function spread(examples: readonly VisibleExample[], count: number, draw: ReturnType<typeof drawOf>): string[] {
  const byOutput = new Map<string, string[]>();
  for (const { exampleId, expectedJson } of draw.shuffled(examples)) {
    const output = canonicalJson(expectedJson);
    byOutput.set(output, [...(byOutput.get(output) ?? []), exampleId]);
  }
  const chosen: string[] = [];
  const piles = [...byOutput.values()];
  for (let turn = 0; chosen.length < count; turn++)
    for (const pile of piles) if (turn < pile.length && chosen.length < count) chosen.push(pile[turn]!);
  return chosen;
}

const RULES = {
  careful: 'Go through what is given part by part before you decide, and keep to what it says.',
  bare: 'Write the JSON object and not one word beside it.',
  alike: 'Where examples are shown, answer as they do: like cases get like answers.',
} as const;

function instructionVariants({ rules }: PromptBlocks, train: readonly VisibleExample[]): { rules: string[] }[] {
  const outputs = [...new Set(train.map(({ expectedJson }) => canonicalJson(expectedJson)))].sort();
  const canName =
    outputs.length > 1 &&
    outputs.length <= OUTPUTS_NAMED_MAX &&
    outputs.every((output) => output.length <= OUTPUT_CHARS_NAMED);
  const named = canName ? [`The answer is one of these: ${outputs.join(' ')}`] : [];
  const added = [[RULES.careful], [RULES.bare], [RULES.alike], named, [RULES.careful, RULES.bare, ...named]];
  return added.filter((more) => more.length > 0).map((more) => ({ rules: [...rules, ...more] }));
}
