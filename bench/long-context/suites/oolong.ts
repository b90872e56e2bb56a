// OOLONG-like: labelled records that must each be read before they can be counted, and the pairs of users that have something in
// common. After OOLONG and OOLONG-Pairs: counts score 0.75^|error|, names exactly, pairs by F1.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import { type Computation, type PlannedTask, type Scoring, type Suite, surveyed, type TaskInstance } from '../task.ts';
import { KIND_NAMES } from './kinds.ts';
import { RECORDS_PREAMBLE, recordReader } from './record-reader.ts';
import { dayOf, habitOf, type RecordsPlan, recordsFile, recordsOf, Tally, userName } from './records.ts';

const USERS = 20;
const DAYS = 180;
/** Far from the seeds that people give. */
const REDRAWN = 1_000_003;
const COUNT_FORM = 'Answer with the number alone.';

/** @param seed of the records */
type Ask = (stream: Stream, seed: number) => Asked;

interface Asked {
  readonly words: string;
  readonly compute: Computation;
}

const ASKS: Readonly<Record<string, Ask>> = {
  count(stream) {
    const kind = stream.pick(KIND_NAMES);
    const words = `How many records are of the kind ${kind}? ${COUNT_FORM}`;
    return { words, compute: { kind: 'count', where: [{ field: 'kind', is: kind }] } };
  },
  common() {
    return {
      words: 'Which kind is the most common one? Answer with its name alone.',
      compute: { kind: 'most-common', field: 'kind' },
    };
  },
  user(stream, seed) {
    const number = stream.integer(USERS);
    const [kind, user] = [stream.pick(habitOf(seed, number)), userName(number)];
    const where = [
      { field: 'kind', is: kind },
      { field: 'user', is: user },
    ];
    return {
      words: `How many records of ${user} are of the kind ${kind}? ${COUNT_FORM}`,
      compute: { kind: 'count', where },
    };
  },
  dates(stream) {
    const kind = stream.pick(KIND_NAMES);
    const first = stream.integer(DAYS / 2);
    const [from, to] = [dayOf(first), dayOf(first + 1 + stream.integer(DAYS / 2))];
    const where = [
      { field: 'kind', is: kind },
      { field: 'date', from, to },
    ];
    return {
      words: `How many records of the kind ${kind} are dated from ${from} to ${to}, both days included? ${COUNT_FORM}`,
      compute: { kind: 'count', where },
    };
  },
};

const PAIRS: Ask = (stream) => {
  const first = stream.pick(KIND_NAMES);
  const second = stream.pick(KIND_NAMES.filter((kind) => kind !== first));
  const words = `Which pairs of users have both asked at least one ${first} question and at least one ${second} question? Answer with one pair a line, like user-01, user-02; or none.`;
  return { words, compute: { kind: 'pairs', field: 'user', by: 'kind', kinds: [first, second] } };
};

function scoringOf(compute: Computation, tally: Tally): Scoring {
  if (compute.kind === 'count') return { kind: 'count', count: tally.count };
  if (compute.kind === 'pairs') return { kind: 'pairs', pairs: tally.pairs };
  return { kind: 'choice', choice: tally.winner ?? 'none', of: KIND_NAMES };
}

/** Where two kinds are equally common there is no right answer: then the records are drawn anew. */
function decided(compute: Computation, plan: RecordsPlan): { readonly plan: RecordsPlan; readonly tally: Tally } {
  const tally = new Tally(compute);
  for (const record of recordsOf(plan)) tally.add(record);
  const isTied = compute.kind === 'most-common' && tally.winner === undefined;
  return isTied ? decided(compute, { ...plan, seed: plan.seed + REDRAWN }) : { plan, tally };
}

function task(suite: string, id: string, ask: Ask, seed: number, bytes: number): TaskInstance {
  const { words, compute } = ask(new Stream(seed, `${suite} ${id}`), seed);
  const { plan, tally } = decided(compute, { seed, bytes, users: USERS });
  const files = [recordsFile('records.txt', plan)];
  return {
    id,
    suite,
    seed,
    question: `${RECORDS_PREAMBLE} ${words}`,
    files,
    bytes: surveyed(files),
    expected: tally.words(),
    evidence: [],
    scoring: scoringOf(compute, tally),
    reader: recordReader(compute),
  };
}

function suite(name: string, about: string, asks: Readonly<Record<string, Ask>>): Suite {
  return {
    name,
    about,
    isSized: true,
    plan: (seed, bytes) =>
      Object.entries(asks).map(([what, ask]): PlannedTask => {
        const id = `${what}-${bytes}-${seed}`;
        return { id, suite: name, bytes, make: () => task(name, id, ask, seed, bytes) };
      }),
  };
}

export const OOLONG: Suite = suite('oolong', 'count, most common, per user, date range over labelled records', ASKS);
export const OOLONG_PAIRS: Suite = suite('oolong-pairs', 'pairs of users by what they asked; F1', { pairs: PAIRS });
