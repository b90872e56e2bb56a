// The sides of the split: near duplicates stay on one of them, and examples that have none yet are dealt out by a seed, the same way
// every time.
import type { DseExample, Split } from '../../protocol/dse/example.ts';
import type { Kept } from '../../protocol/dse/example-list.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { inOrder } from './dataset.ts';
import { groupsOf } from './near-duplicates.ts';

/** Shares of each side; the rest is `train`. */
const HOLDOUT_SHARE = 0.3;
const DEV_SHARE = 0.3;

/** What a search has seen of a side: going down this list shows nobody anything new. */
const SEEN: readonly Split[] = ['train', 'dev', 'holdout'];

function grouped(examples: readonly DseExample[]): DseExample[][] {
  const ordered = inOrder(examples);
  const roots = groupsOf(ordered.map(({ inputJson }) => inputJson));
  const groups = new Map<number, DseExample[]>();
  for (const [at, root] of roots.entries()) groups.set(root, [...(groups.get(root) ?? []), ordered[at]!]);
  return [...groups.values()];
}

/**
 * Deals all of them out: near duplicates together, `holdout` and `dev` up to their shares, the rest to `train`.
 * @param seed another one makes another split
 */
export function dealt(examples: readonly DseExample[], seed: number): DseExample[] {
  const lot = (group: readonly DseExample[]) => sha256Hex(`${seed}:${group[0]!.exampleId}`);
  const groups = grouped(examples)
    .map((group) => ({ group, lot: lot(group) }))
    .sort((left, right) => (left.lot < right.lot ? -1 : 1));
  const room = {
    holdout: Math.round(examples.length * HOLDOUT_SHARE),
    dev: Math.round(examples.length * DEV_SHARE),
  };
  const splits = new Map<string, Split>();
  for (const { group } of groups) {
    const side = (['holdout', 'dev'] as const).find((one) => room[one] >= group.length);
    if (side !== undefined) room[side] -= group.length;
    for (const { exampleId } of group) splits.set(exampleId, side ?? 'train');
  }
  return examples.map((example) => ({ ...example, split: splits.get(example.exampleId)! }));
}

export interface Together {
  /** The incoming ones, and those that were there and had to move: two sides had met. */
  readonly examples: readonly DseExample[];
  readonly moved: Kept['moved'];
}

function sideOf(members: readonly DseExample[]): DseExample | undefined {
  return SEEN.map((side) => members.find(({ split }) => split === side)).find((one) => one !== undefined);
}

/**
 * Keeps near duplicates on one side: that of those which are there, and of several sides the one that searches have seen most of, so that
 * nothing that was seen is ever held out.
 * @param there all of one signature but for those whose ids come in
 * @param incoming of the same signature
 */
export function together(there: readonly DseExample[], incoming: readonly DseExample[]): Together {
  const isNew = new Set(incoming.map(({ exampleId }) => exampleId));
  const sides = new Map<string, DseExample>();
  const pulled: DseExample[] = [];
  for (const group of grouped([...there, ...incoming])) {
    const known = group.filter(({ exampleId }) => !isNew.has(exampleId));
    const deciding = sideOf(known) ?? sideOf(group)!;
    for (const member of group) {
      if (member.split === deciding.split) continue;
      sides.set(member.exampleId, deciding);
      if (!isNew.has(member.exampleId)) pulled.push(member);
    }
  }
  const placed = (example: DseExample): DseExample => {
    const deciding = sides.get(example.exampleId);
    return deciding === undefined ? example : { ...example, split: deciding.split };
  };
  const moved = inOrder([...incoming, ...pulled])
    .filter(({ exampleId }) => sides.has(exampleId))
    .map(({ exampleId }) => {
      const { split, exampleId: besides } = sides.get(exampleId)!;
      return { exampleId, split, besides };
    });
  return { examples: [...incoming, ...pulled].map(placed), moved };
}

/** All that asks nearly the same as this one, itself included. */
export function kinOf(example: DseExample, all: readonly DseExample[]): readonly DseExample[] {
  const isMember = ({ exampleId }: DseExample) => exampleId === example.exampleId;
  return grouped(all).find((group) => group.some(isMember)) ?? [example];
}
