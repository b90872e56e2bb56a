// Examples that ask nearly the same of nearly the same. Each member of an input is cut into shingles of three words; two inputs are near
// duplicates when the shingles of each of their members are (Jaccard). So two questions about one text are not, nor is one question
// about two texts.
import { canonicalJson } from '../../protocol/canonical.ts';
import type { DseExample } from '../../protocol/dse/example.ts';

/** One word of sixty changed leaves 0.9, one of twenty 0.71: a template that was filled in otherwise is another question. */
export const LIKENESS_MIN = 0.8;
const WORDS_PER_SHINGLE = 3;
/** Of more shingles the smallest hashes stand for all: Jaccard is then an estimate, off by 0.02 or so. */
const SKETCH_MAX = 1_024;
/** Below the least likeness, so that an estimate does not hide a pair. */
const PREFIX_LIKENESS = LIKENESS_MIN - 0.1;

/** Hashes of shingles, each once, in rising order. */
type Sketch = readonly number[];
type Sketches = ReadonlyMap<string, Sketch>;

function membersOf(input: DseExample['inputJson']): [name: string, value: unknown][] {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [['', input]];
}

function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

function hashOf(words: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const word of words) {
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 0x20, 0x01000193);
  }
  return mixed(hash);
}

function sketchOf(value: unknown): Sketch {
  const text = (typeof value === 'string' ? value : canonicalJson(value)).toLowerCase().normalize('NFKC');
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [text];
  const hashes = new Set<number>();
  for (let at = 0; at === 0 || at + WORDS_PER_SHINGLE <= words.length; at++)
    hashes.add(hashOf(words.slice(at, at + WORDS_PER_SHINGLE)));
  return [...hashes].sort((left, right) => left - right).slice(0, SKETCH_MAX);
}

/** Share of the shingles of both that both have: exact where neither was cut, else by the smallest of the union. */
function jaccard(one: Sketch, other: Sketch): number {
  const room = one.length === SKETCH_MAX || other.length === SKETCH_MAX ? SKETCH_MAX : Number.POSITIVE_INFINITY;
  let [left, right, shared, all] = [0, 0, 0, 0];
  while (all < room && left < one.length && right < other.length) {
    const [mine, its] = [one[left]!, other[right]!];
    if (mine === its) shared++;
    if (mine <= its) left++;
    if (its <= mine) right++;
    all++;
  }
  const rest = one.length - left + (other.length - right);
  return shared / Math.max(1, Math.min(room, all + rest));
}

const NONE: Sketch = [];

/** The likeness of the member that differs most, 0 to 1. */
function likenessOf(one: Sketches, other: Sketches): number {
  let least = 1;
  for (const name of new Set([...one.keys(), ...other.keys()]))
    least = Math.min(least, jaccard(one.get(name) ?? NONE, other.get(name) ?? NONE));
  return least;
}

/** Which of them belong together, by their place in the list. */
class Groups {
  readonly #parents: number[];

  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, at) => at);
  }

  /** The first of its group. */
  of(at: number): number {
    const parent = this.#parents[at]!;
    if (parent === at) return at;
    const root = this.of(parent);
    this.#parents[at] = root;
    return root;
  }

  join(one: number, other: number): void {
    const [left, right] = [this.of(one), this.of(other)];
    this.#parents[Math.max(left, right)] = Math.min(left, right);
  }
}

/** The member that tells most inputs apart: what many have in common would make a pair of each two. */
function pivotOf(all: readonly Sketches[]): string {
  const different = new Map<string, Set<string>>();
  for (const sketches of all)
    for (const [name, sketch] of sketches) {
      const known = different.get(name) ?? new Set();
      different.set(name, known.add(sketch.join()));
    }
  const ranked = [...different].sort(([left, one], [right, other]) => other.size - one.size || (left < right ? -1 : 1));
  return ranked[0]?.[0] ?? '';
}

/**
 * Joins those that are alike. Sets as alike as is asked share one of their rarest shingles, so that only what shares one is compared.
 */
function joinAlike(distinct: readonly (readonly [at: number, sketches: Sketches])[], groups: Groups): void {
  const pivot = pivotOf(distinct.map(([, sketches]) => sketches));
  const frequency = new Map<number, number>();
  const pivots = distinct.map(([, sketches]) => sketches.get(pivot) ?? NONE);
  for (const sketch of pivots) for (const hash of sketch) frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
  const holders = new Map<number, number[]>();
  const without: number[] = [];
  distinct.forEach(([at, sketches], index) => {
    const rarest = [...pivots[index]!].sort((one, other) => frequency.get(one)! - frequency.get(other)! || one - other);
    const prefix = rarest.slice(0, rarest.length - Math.ceil(PREFIX_LIKENESS * rarest.length) + 1);
    const candidates = new Set(prefix.length === 0 ? without : prefix.flatMap((hash) => holders.get(hash) ?? []));
    for (const candidate of candidates) {
      const [other, its] = distinct[candidate]!;
      if (groups.of(at) !== groups.of(other) && likenessOf(sketches, its) >= LIKENESS_MIN) groups.join(at, other);
    }
    if (prefix.length === 0) without.push(index);
    for (const hash of prefix) {
      const known = holders.get(hash);
      if (known === undefined) holders.set(hash, [index]);
      else known.push(index);
    }
  });
}

/**
 * @param inputs in an order that is always the same
 * @returns for each the place of the first one of its group: near duplicates, and near duplicates of these
 */
export function groupsOf(inputs: readonly DseExample['inputJson'][]): number[] {
  const groups = new Groups(inputs.length);
  const firsts = new Map<string, number>();
  const distinct: (readonly [number, Sketches])[] = [];
  for (const [at, input] of inputs.entries()) {
    const sketches = new Map(membersOf(input).map(([name, value]) => [name, sketchOf(value)]));
    const spelling = JSON.stringify([...sketches].sort(([left], [right]) => (left < right ? -1 : 1)));
    const first = firsts.get(spelling);
    if (first !== undefined) groups.join(first, at);
    else {
      firsts.set(spelling, at);
      distinct.push([at, sketches]);
    }
  }
  joinAlike(distinct, groups);
  return inputs.map((_, at) => groups.of(at));
}
