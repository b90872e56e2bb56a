// Sequences that several lists have in common: each run of two to eight neighbours that is in enough of them, unless a longer one is in
// all the same.

/** Longer ones are of one question alone. */
const LENGTH_MAX = 8;

export interface Sequence {
  readonly names: readonly string[];
  /** Places of the lists that it is in, in order. */
  readonly lists: readonly number[];
  /** It is the whole of each of these. */
  readonly isWhole: boolean;
}

const keyOf = (names: readonly string[]) => JSON.stringify(names);

function within(lists: readonly (readonly string[])[]): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const [at, names] of lists.entries())
    for (let length = 2; length <= LENGTH_MAX; length++)
      for (let from = 0; from + length <= names.length; from++) {
        const key = keyOf(names.slice(from, from + length));
        found.set(key, (found.get(key) ?? new Set()).add(at));
      }
  return found;
}

/** Those that whole lists are made of, each with the lists that are nothing else. */
function wholes(lists: readonly (readonly string[])[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [at, names] of lists.entries()) found.set(keyOf(names), [...(found.get(keyOf(names)) ?? []), at]);
  return found;
}

/** The whole ones first, then those in most lists, then the longest. */
export function commonSequences(lists: readonly (readonly string[])[], listsMin: number): Sequence[] {
  const inside = within(lists);
  const isPart = new Set<string>();
  for (const [key, at] of inside) {
    const names = JSON.parse(key) as string[];
    for (const part of [names.slice(1), names.slice(0, -1)])
      if (inside.get(keyOf(part))?.size === at.size) isPart.add(keyOf(part));
  }
  const found: Sequence[] = [];
  const whole = wholes(lists);
  for (const [key, at] of whole)
    if (at.length >= listsMin) found.push({ names: JSON.parse(key) as string[], lists: at, isWhole: true });
  for (const [key, at] of inside) {
    // Where it is all of every list that it is in, it is told as that.
    if (at.size < listsMin || isPart.has(key) || whole.get(key)?.length === at.size) continue;
    found.push({ names: JSON.parse(key) as string[], lists: [...at], isWhole: false });
  }
  return found.sort(
    (one, other) =>
      Number(other.isWhole) - Number(one.isWhole) ||
      other.lists.length - one.lists.length ||
      other.names.length - one.names.length ||
      (keyOf(one.names) < keyOf(other.names) ? -1 : 1),
  );
}
