// A needle in a haystack (S-NIAH): one line at a depth of a long chronicle holds the code that is asked for; other lines hold the codes
// of other places. In `niah-blind` needle and question share no word that a search could find.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import {
  type Approach,
  type EvidenceSpan,
  type PlannedTask,
  type Suite,
  surveyed,
  type TaskFile,
  type TaskInstance,
} from '../task.ts';
import { chronicleLine, codeOf } from './haystack.ts';

const DEPTHS = [0, 0.25, 0.5, 0.75, 1];
const NAMES = 'Marigold Corbel Tansy Osprey Vellum Harrow Juniper Thistle'.split(' ');
const DISTRACTORS = 3;
const LINES_A_PIECE = 500;

interface Wording {
  readonly question: (name: string) => string;
  readonly needle: (name: string, code: string) => string;
  readonly approach: (name: string) => Approach;
}

const PLAIN: Wording = {
  question: (name) => `What is the access code of the ${name} lighthouse? Answer with the code alone.`,
  needle: (name, code) => `The access code of the ${name} lighthouse is ${code}.`,
  approach: (name) => ({ kind: 'search', mode: 'literal', text: `access code of the ${name} lighthouse` }),
};

/** Flower names stand for the places, which only a reader knows. */
const BLIND_NAMES: Readonly<Record<string, string>> = {
  Marigold: 'the yellow beacon',
  Corbel: 'the jutting stone light',
  Tansy: 'the bitter herb light',
  Osprey: 'the fish hawk light',
  Vellum: 'the calfskin light',
  Harrow: 'the toothed light',
  Juniper: 'the gin berry light',
  Thistle: 'the prickly light',
};
const BLIND: Wording = {
  question: (name) => `Which password admits visitors to ${name}? Give just those signs.`,
  needle: (name, code) => `Whoever would climb ${BLIND_NAMES[name]} must whisper ${code} at its door.`,
  approach: () => ({ kind: 'quotes' }),
};

interface Hidden {
  readonly at: number;
  readonly line: string;
}

/** The haystack with lines put in where so many bytes are written. */
function* linesOf(seed: number, bytes: number, hidden: readonly Hidden[]): Generator<string> {
  const stream = new Stream(seed, 'chronicle');
  const waiting = [...hidden].sort((left, right) => left.at - right.at);
  let written = 0;
  const added = (line: string) => {
    written += line.length + 1;
    return line;
  };
  const room = bytes - waiting.reduce((sum, { line }) => sum + line.length + 1, 0);
  for (let number = 1; ; number++) {
    while (waiting[0] !== undefined && (written >= waiting[0].at || written >= room))
      yield added(waiting.shift()!.line);
    if (written >= room) return;
    yield added(chronicleLine(stream, number));
  }
}

function fileOf(seed: number, bytes: number, hidden: readonly Hidden[]): TaskFile {
  return {
    path: 'chronicle.txt',
    *pieces() {
      let piece: string[] = [];
      for (const line of linesOf(seed, bytes, hidden)) {
        piece.push(line);
        if (piece.length < LINES_A_PIECE) continue;
        yield `${piece.join('\n')}\n`;
        piece = [];
      }
      if (piece.length > 0) yield `${piece.join('\n')}\n`;
    },
  };
}

function spanOf(seed: number, bytes: number, hidden: readonly Hidden[], needle: string): EvidenceSpan {
  let number = 0;
  for (const line of linesOf(seed, bytes, hidden)) {
    number++;
    if (line === needle) break;
  }
  return { path: 'chronicle.txt', startLine: number, endLine: number };
}

function task(suite: string, id: string, wording: Wording, seed: number, bytes: number, depth: number): TaskInstance {
  const stream = new Stream(seed, id);
  const names = [...NAMES].sort((left, right) => left.localeCompare(right));
  const own = names.splice(stream.integer(names.length), 1)[0]!;
  const code = codeOf(stream);
  const needle = wording.needle(own, code);
  const others = names.slice(0, DISTRACTORS).map((name) => ({ name, code: codeOf(stream) }));
  const hidden = [
    { at: depth * bytes, line: needle },
    ...others.map((other) => ({ at: stream.fraction() * bytes, line: wording.needle(other.name, other.code) })),
  ];
  const files = [fileOf(seed, bytes, hidden)];
  return {
    id,
    suite,
    seed,
    question: wording.question(own),
    files,
    bytes: surveyed(files),
    expected: code,
    evidence: [spanOf(seed, bytes, hidden, needle)],
    scoring: { kind: 'text', accept: [code], reject: others.map((other) => other.code) },
    reader: {
      approach: wording.approach(own),
      relevant: (line) => line.includes(needle),
      answer: (lines) => (lines.some((line) => line.includes(needle)) ? code : undefined),
    },
  };
}

function suite(name: string, about: string, wording: Wording): Suite {
  return {
    name,
    about,
    isSized: true,
    plan: (seed, bytes) =>
      DEPTHS.map((depth): PlannedTask => {
        const id = `depth${depth * 100}-${bytes}-${seed}`;
        return { id, suite: name, bytes, make: () => task(name, id, wording, seed, bytes, depth) };
      }),
  };
}

export const NIAH: Suite = suite('s-niah', 'one code in a chronicle, at five depths', PLAIN);
export const NIAH_BLIND: Suite = suite('niah-blind', 'the same where no search finds it', BLIND);
