// Which answers say the same: complete-link clusters, so that every member agrees with every other and no chain of near
// agreements joins two opposites. The medoid, the member that agrees best with the rest, stands for all.

/** What comparing two answers found: `score` 0 to 1. Must be symmetric. */
export type Compare<Item> = (left: Item, right: Item) => { readonly agrees: boolean; readonly score: number };

export interface Cluster<Item> {
  /** In the order they were given. */
  readonly members: Item[];
  readonly medoid: Item;
}

/** The scores of every pair; -1 for a pair that does not agree. */
function compareAll<Item>(items: readonly Item[], compare: Compare<Item>): number[][] {
  const scores = items.map(() => items.map(() => 1));
  items.forEach((left, row) => {
    for (let column = row + 1; column < items.length; column++) {
      const { agrees, score } = compare(left, items[column]!);
      scores[row]![column] = scores[column]![row] = agrees ? score : -1;
    }
  });
  return scores;
}

/** The score of the weakest pair across two clusters; -1 when one pair does not agree. */
function weakestLink(scores: readonly (readonly number[])[], one: readonly number[], other: readonly number[]): number {
  return Math.min(...one.flatMap((row) => other.map((column) => scores[row]![column]!)));
}

/** The first of those with the most. */
function best<Candidate>(candidates: readonly Candidate[], worth: (candidate: Candidate) => number): Candidate {
  return candidates.reduce((chosen, candidate) => (worth(candidate) > worth(chosen) ? candidate : chosen));
}

/**
 * Clusters answers of one chunk, the largest cluster first. `keyOf` names an answer whoever gave it (its output hash):
 * it orders equals, so that the same answers give the same clusters and medoids in whatever order they arrived.
 * Meant for the few replicas of one chunk: the work grows with the cube of their number.
 */
export function clusterAnswers<Item>(
  items: readonly Item[],
  compare: Compare<Item>,
  keyOf: (item: Item) => string = () => '',
): Cluster<Item>[] {
  const [first] = items;
  if (first === undefined) return [];
  if (items.length === 1) return [{ members: [first], medoid: first }];
  const keys = items.map(keyOf);
  const ranked = items.map((_, index) => index).sort((one, other) => compareText(keys[one]!, keys[other]!));
  const ordered = ranked.map((index) => items[index]!);
  const scores = compareAll(ordered, compare);
  let clusters = ordered.map((_, index) => [index]);
  for (;;) {
    const pairs = clusters.flatMap((one, at) => clusters.slice(at + 1).map((other) => ({ one, other })));
    if (pairs.length === 0) break;
    const closest = best(pairs, ({ one, other }) => weakestLink(scores, one, other));
    if (weakestLink(scores, closest.one, closest.other) < 0) break;
    const { one, other } = closest;
    const joined = [...one, ...other].sort((lower, higher) => lower - higher);
    clusters = [...clusters.filter((cluster) => cluster !== one && cluster !== other), joined];
    clusters.sort((early, later) => early[0]! - later[0]!);
  }
  clusters.sort((one, other) => other.length - one.length || one[0]! - other[0]!);
  return clusters.map((cluster) => {
    const medoid = best(cluster, (row) => cluster.reduce((sum, column) => sum + scores[row]![column]!, 0));
    const arrived = cluster.map((index) => ranked[index]!).sort((one, other) => one - other);
    return { members: arrived.map((index) => items[index]!), medoid: ordered[medoid]! };
  });
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
