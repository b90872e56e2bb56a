// What the voices of one chunk decide on: an answer of quotes stands or falls as a whole, one of records line by line. Both are issues
// with sides, so that the rule of a tier (panel.ts, credibility.ts) is the same for both.
import { type ChunkOutput, isRecords, type RecordsOutput } from '../../protocol/records.ts';
import { type Cluster, clusterAnswers } from './clusters.ts';
import { agreeOutputs } from './output-agreement.ts';
import { isCloseEnough, type MergedRecords, mergeRecords, voteByLine } from './record-agreement.ts';

/** An answer to be compared with others. */
interface Said {
  readonly output: ChunkOutput;
  /** Orders answers, so that it does not matter which came first. */
  readonly outputHash: string;
}

/** An answer that counts. */
export interface Accepted<Voice> {
  readonly kind: 'accept';
  /** The voice that says what counts, or of several that together do the one that is closest to it. */
  readonly answer: Voice;
  readonly agreeing: readonly Voice[];
  readonly dissenting: readonly Voice[];
  /** What counts in place of any single answer: records of several voices. */
  readonly merged?: MergedRecords;
}

export interface Poll<Voice> {
  /** Those who say the same about each thing that is to be decided, the largest side first. At least one issue; without voices it has no side. */
  readonly issues: readonly (readonly (readonly Voice[])[])[];
  /**
   * What counts where on each issue this side does (undefined: none does).
   * @returns undefined when too little is settled, or nobody says enough of what is
   */
  accept(chosen: readonly (number | undefined)[]): Accepted<Voice> | undefined;
}

const SAME = { agrees: true, score: 1 } as const;

/** Which voices say the same, the largest group first. */
function groupsOf<Voice extends Said>(voices: readonly Voice[]): Cluster<Voice>[] {
  return clusterAnswers(
    voices,
    (one, other) => (one.outputHash === other.outputHash ? SAME : agreeOutputs(one.output, other.output)),
    ({ outputHash }) => outputHash,
  );
}

function pollWhole<Voice extends Said>(voices: readonly Voice[]): Poll<Voice> {
  const groups = groupsOf(voices);
  return {
    issues: [groups.map(({ members }) => members)],
    accept([chosen = -1]) {
      const group = groups[chosen];
      if (group === undefined) return undefined;
      const { medoid: answer, members: agreeing } = group;
      return { kind: 'accept', answer, agreeing, dissenting: voices.filter((voice) => !agreeing.includes(voice)) };
    },
  };
}

/** Those who say what counts on enough lines, and first the one who does so on most. */
function judge<Voice extends Said>(voices: readonly Voice[], { same, lines, dropped }: MergedRecords) {
  const sameOf = new Map(voices.map((voice, at) => [voice, same[at]!]));
  const isRight = (voice: Voice) => isCloseEnough(sameOf.get(voice)!, lines - dropped);
  const agreeing = voices.filter(isRight);
  const [answer] = [...agreeing].sort(
    (one, other) => sameOf.get(other)! - sameOf.get(one)! || (one.outputHash < other.outputHash ? -1 : 1),
  );
  return { answer, agreeing, dissenting: voices.filter((voice) => !isRight(voice)) };
}

function pollLines<Voice extends Said>(voices: readonly Voice[], outputs: readonly RecordsOutput[]): Poll<Voice> {
  const votes = voteByLine(outputs);
  // Where nobody tells a line, that is what all say.
  const issues =
    votes.length === 0
      ? [[voices]]
      : votes.map(({ sides }) => sides.map(({ voices: places }) => places.map((at) => voices[at]!)));
  return {
    issues,
    accept(chosen) {
      if (votes.length === 0 && chosen[0] === undefined) return undefined;
      const merged = mergeRecords(votes, chosen, voices.length);
      if (!isCloseEnough(merged.lines - merged.dropped, merged.lines)) return undefined;
      const { answer, agreeing, dissenting } = judge(voices, merged);
      if (answer === undefined) return undefined;
      const together = voices.length > 1 ? { merged } : {};
      return { kind: 'accept', answer, agreeing, dissenting, ...together };
    },
  };
}

export function pollOf<Voice extends Said>(voices: readonly Voice[]): Poll<Voice> {
  const outputs = voices.flatMap(({ output }) => (isRecords(output) ? [output] : []));
  return outputs.length > 0 && outputs.length === voices.length ? pollLines(voices, outputs) : pollWhole(voices);
}
