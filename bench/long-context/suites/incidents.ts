// A made log of a few services in which one line answers the question, among others of its kind about something else. What everybody asks of
// logs: not how many lines there are, but what one of them says.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import { type PlannedTask, type Suite, surveyed, type TaskFile, type TaskInstance } from '../task.ts';
import { type Drawn, drawIncident, INCIDENT_KINDS } from './incident-kinds.ts';

const PATH = 'services.log';
const SERVICES = 'api auth billing search mailer gateway scheduler store'.split(' ');
/** Lines of all kinds of incidents, for each megabyte, and at least so many of the kind that is asked for. */
const OTHERS_A_MEGABYTE = 400;
const SAME_KIND_MIN = 3;
const FIRST_MS = Date.UTC(2026, 2, 14);
const LINES_A_PIECE = 500;

function ordinary(stream: Stream, service: string): string {
  const number = stream.integer(1_000_000);
  const ms = 1 + stream.integer(900);
  const forms = [
    `INFO ${service} request ${number.toString(16)} handled in ${ms} ms`,
    `INFO ${service} cache hit ratio ${(stream.fraction() * 100).toFixed(1)} %`,
    `DEBUG ${service} pool has ${ms % 60} connections, ${ms % 7} waiting`,
    `INFO ${service} session ${number.toString(16)} opened from 10.2.${ms % 256}.${number % 256}`,
    `INFO ${service} wrote ${number} bytes to segment ${ms}`,
    `DEBUG ${service} retry ${ms % 3} of call ${number.toString(16)} in ${ms} ms`,
  ];
  return stream.pick(forms);
}

interface Placed {
  readonly at: number;
  readonly words: string;
}

/** The lines of incidents with their place in the file, of which the first is the one that is asked for. */
function placed(stream: Stream, kindName: string, asked: Drawn, bytes: number): Placed[] {
  const names = Object.keys(INCIDENT_KINDS);
  const others = Math.round((bytes * OTHERS_A_MEGABYTE) / 1_000_000);
  const kinds = [
    ...Array.from({ length: SAME_KIND_MIN }, () => kindName),
    ...Array.from({ length: others }, () => stream.pick(names)),
  ];
  const place = () => stream.fraction() * bytes;
  const own = { at: place(), words: INCIDENT_KINDS[kindName]!.line(asked) };
  const rest = kinds.map((name) => {
    const kind = INCIDENT_KINDS[name]!;
    return { at: place(), words: kind.line(drawIncident(stream, kind, name === kindName ? asked : undefined)) };
  });
  return [own, ...rest];
}

function* linesOf(seed: number, bytes: number, hidden: readonly Placed[]): Generator<string> {
  const stream = new Stream(seed, 'services');
  const waiting = [...hidden].sort((left, right) => left.at - right.at);
  let ms = FIRST_MS;
  let written = 0;
  while (written < bytes || waiting.length > 0) {
    ms += 1 + stream.integer(400);
    const isDue = waiting[0] !== undefined && (waiting[0].at <= written || written >= bytes);
    const words = isDue ? waiting.shift()!.words : ordinary(stream, stream.pick(SERVICES));
    const line = `${new Date(ms).toISOString()} ${words}`;
    written += line.length + 1;
    yield line;
  }
}

function fileOf(seed: number, bytes: number, hidden: readonly Placed[]): TaskFile {
  return {
    path: PATH,
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

/** @param wording which of the kind's questions is asked */
export function incidentTask(kindName: string, wording: number, seed: number, bytes: number): TaskInstance {
  const id = `${kindName}${wording}-${bytes}-${seed}`;
  const stream = new Stream(seed, `incidents ${id}`);
  const kind = INCIDENT_KINDS[kindName]!;
  const asked = drawIncident(stream, kind);
  const hidden = placed(stream, kindName, asked, bytes);
  const own = hidden[0]!.words;
  const files = [fileOf(seed, bytes, hidden)];
  const line = [...linesOf(seed, bytes, hidden)].findIndex((one) => one.endsWith(own)) + 1;
  const question = kind.questions[wording % kind.questions.length]!(asked);
  return {
    id,
    suite: 'incidents',
    seed,
    question,
    files,
    bytes: surveyed(files),
    expected: asked.answer,
    evidence: [{ path: PATH, startLine: line, endLine: line }],
    scoring: {
      kind: 'text',
      accept: [asked.answer.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')],
      reject: kind.answers.filter((other) => other !== asked.answer),
    },
    reader: {
      approach: { kind: 'search', mode: 'bm25', text: question },
      relevant: (text) => text.includes(own),
      answer: (lines) => (lines.some((text) => text.includes(own)) ? `${asked.answer}.` : undefined),
    },
  };
}

export const INCIDENTS: Suite = {
  name: 'incidents',
  about: 'what one line of a service log says, among others of its kind',
  isSized: true,
  plan: (seed, bytes) =>
    Object.keys(INCIDENT_KINDS).map((kind, wording): PlannedTask => {
      const id = `${kind}${wording}-${bytes}-${seed}`;
      return { id, suite: 'incidents', bytes, make: () => incidentTask(kind, wording, seed, bytes) };
    }),
};
