// What breaks offsets: Chinese and Arabic, emoji of several code points, letters with marks of their own, lines that end in CR LF,
// and one line of half the file. The needle stands among them, and its lines must be cited right.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import { type PlannedTask, type Suite, surveyed, type TaskFile, type TaskInstance } from '../task.ts';
import { codeOf } from './haystack.ts';

const PHRASES = [
  '渡船在第{n}个清晨靠岸，没有人下船',
  '👩‍👩‍👧‍👦 waved {n} flags 🏴󠁧󠁢󠁳󠁣󠁴󠁿 from the quay 🚢',
  'وصلت السفينة رقم {n} قبل الغروب',
  'Die Fähre № {n} fuhr über den Fluß — „früh genug“',
  'Ca\u0301c thuye\u0302\u0300n so\u0302\u0301 {n} ca\u0323\u0302p be\u0302\u0301n',
  '第{n}号の灯台は霧の中で光る🗼',
];
const VARIANTS = { feeds: '\n', 'cr-lf': '\r\n', 'long-line': '\n' } as const;
const PATH = 'quay.txt';

function phrase(stream: Stream, number: number): string {
  return stream.pick(PHRASES).replace('{n}', String(number));
}

/** All lines with their ends; the needle is in the middle of one. */
function linesOf(variant: keyof typeof VARIANTS, seed: number, bytes: number, needle: string): string[] {
  const stream = new Stream(seed, `unicode ${variant}`);
  const end = VARIANTS[variant];
  const lines: string[] = [];
  let written = 0;
  const add = (line: string) => {
    lines.push(line + end);
    written += Buffer.byteLength(line) + end.length;
  };
  let number = 1;
  const fill = (until: number) => {
    while (written < until) add(phrase(stream, number++));
  };
  if (variant !== 'long-line') {
    fill(bytes * stream.fraction());
    add(`${phrase(stream, number++)}。${needle} ${phrase(stream, number++)}`);
    fill(bytes);
    return lines;
  }
  fill(bytes / 4);
  const long: string[] = [];
  let length = 0;
  const lengthen = (until: number) => {
    for (; length < until; number++) {
      const part = `${phrase(stream, number)}；`;
      long.push(part);
      length += Buffer.byteLength(part);
    }
  };
  lengthen(bytes / 4);
  long.push(needle);
  lengthen(bytes / 2);
  add(long.join(''));
  fill(bytes);
  return lines;
}

function task(id: string, variant: keyof typeof VARIANTS, seed: number, bytes: number): TaskInstance {
  const code = codeOf(new Stream(seed, id));
  const needle = `🗝️万寿菊灯塔的通行密码是 ${code}。`;
  const lines = linesOf(variant, seed, bytes, needle);
  const at = lines.findIndex((line) => line.includes(needle)) + 1;
  const files: TaskFile[] = [{ path: PATH, pieces: () => lines }];
  return {
    id,
    suite: 'unicode',
    seed,
    question: '万寿菊灯塔的通行密码是什么？ Answer with the code alone.',
    files,
    bytes: surveyed(files),
    expected: code,
    evidence: [{ path: PATH, startLine: at, endLine: at }],
    scoring: { kind: 'text', accept: [code], reject: [] },
    reader: {
      approach: { kind: 'search', mode: 'literal', text: '万寿菊灯塔的通行密码是' },
      relevant: (line) => line.includes(needle),
      quote: () => needle,
      answer: (given) => (given.some((line) => line.includes(needle)) ? code : undefined),
    },
  };
}

export const UNICODE: Suite = {
  name: 'unicode',
  about: 'a needle among scripts, emoji, CR LF and a line of half the file',
  isSized: true,
  plan: (seed, bytes) =>
    (Object.keys(VARIANTS) as (keyof typeof VARIANTS)[]).map((variant): PlannedTask => {
      const id = `${variant}-${bytes}-${seed}`;
      return { id, suite: 'unicode', bytes, make: () => task(id, variant, seed, bytes) };
    }),
};
