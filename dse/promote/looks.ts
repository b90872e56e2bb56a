// How much of alpha one look at a holdout may use. Each look is another chance to be fooled by the same examples, so the looks share
// one alpha, however many there will be.
import type { Look } from '../../protocol/dse/promotion.ts';

/**
 * What the test of this look is held against. The looks get alpha/2, alpha/6, alpha/12 …: alpha/(k(k+1)), which adds up to alpha and
 * not more, over any number of them. Alpha divided by k alone would add up to 2.9 alpha in ten looks, and to any number in the end.
 * @param look counts from 1 @param alpha chance that of all looks any one promotes what is not better
 */
export function alphaOfLook(alpha: number, look: number): number {
  return alpha / (look * (look + 1));
}

/**
 * Which look this one would be: one more than those before it that saw any of these inputs. An example that was added, taken away or
 * given another name does not make a holdout new.
 * @param before of the same signature
 */
export function nextLook(before: readonly Pick<Look, 'inputs'>[], inputs: readonly string[]): number {
  const mine = new Set(inputs);
  return 1 + before.filter((look) => look.inputs.some((input) => mine.has(input))).length;
}
