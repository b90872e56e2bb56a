// What can be said about a chunk: the truth, an honest other reading, and lies. All of them quote real lines of the chunk, so
// that they pass the gates that look at one answer alone; only comparing tells them apart.
import { RecentMap } from '../../../conductor/market/recent-map.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';
import { fractionOf } from './streams.ts';

/** What an answer is worth; the simulation knows, the conductor must find out. */
export type Worth = 'true' | 'variant' | 'lie';

export interface SimAnswer {
  readonly worth: Worth;
  readonly output: ExtractorOutput;
  readonly outputHash: string;
}

/** Answers of a chunk that may be wanted again; a chunk is asked again soon or never. */
const CHUNKS_KEPT = 8_192;
const QUOTES = 2;

interface Line {
  readonly line: number;
  readonly quote: string;
  readonly value: string;
}

/** Lines by what they say, best first: the order of their values is what the question asks for. */
function byValue(text: string): readonly Line[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines
    .map((quote, index) => ({ line: index + 1, quote, value: quote.slice(-8) }))
    .sort((one, other) => (one.value < other.value ? 1 : -1));
}

function answerOf(worth: Worth, lines: readonly Line[]): SimAnswer {
  const findings = lines.map(({ line, quote, value }, rank) => ({ quote, line, score: QUOTES - rank, group: value }));
  const output = { findings };
  return { worth, output, outputHash: canonicalHash(output) };
}

/** What is known of a chunk. */
interface Known {
  readonly lines: readonly Line[];
  /** By what is said of it. */
  readonly said: Map<string, SimAnswer>;
}

export class Answers {
  readonly #seed: number;
  readonly #known = new RecentMap<Known>(CHUNKS_KEPT, (text) => ({ lines: byValue(text), said: new Map() }));

  constructor(seed: number) {
    this.#seed = seed;
  }

  truth(text: string): SimAnswer {
    return this.#say(text, 'truth', (lines) => answerOf('true', lines.slice(0, QUOTES)));
  }

  /** An honest provider's own reading: the best line, and a second that it alone finds next best. */
  variant(text: string, chunk: number, provider: number): SimAnswer {
    return this.#say(text, `variant ${provider}`, (lines) => {
      const second = 2 + Math.floor(fractionOf(this.#seed, chunk, provider) * (lines.length - 2));
      return answerOf('variant', [lines[0]!, lines[second]!]);
    });
  }

  /** What one ring of colluders says: always the same, and never the truth. */
  common(text: string, ring = 0): SimAnswer {
    return this.#say(text, `ring ${ring}`, (lines) => {
      const from = 2 + (ring % (lines.length - 3));
      return answerOf('lie', lines.slice(from, from + QUOTES));
    });
  }

  /** Made up anew by each liar, of lines that are there. */
  random(text: string, chunk: number, provider: number): SimAnswer {
    return this.#say(text, `random ${provider}`, (lines) => {
      const first = 1 + Math.floor(fractionOf(this.#seed, chunk, -1 - provider) * (lines.length - 1));
      const step = 1 + Math.floor(fractionOf(this.#seed, -1 - chunk, provider) * (lines.length - 2));
      const second = 1 + ((first - 1 + step) % (lines.length - 1));
      return answerOf('lie', [lines[first]!, lines[second]!]);
    });
  }

  #say(text: string, what: string, make: (lines: Known['lines']) => SimAnswer): SimAnswer {
    const known = this.#known.note(text);
    let answer = known.said.get(what);
    if (answer === undefined) {
      answer = make(known.lines);
      known.said.set(what, answer);
    }
    return answer;
  }
}
