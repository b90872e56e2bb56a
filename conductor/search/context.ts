// Owns what a chunk must know beyond its own lines to be ranked as part of the whole: the kind of its file, the
// headings in force where it begins, and which of its lines are only there as neighbours.
import { z } from 'zod';
import { TEXT_KINDS, type TextKind } from './kind.ts';

/** Lines of overlap that a chunk of prose or code carries on each side: neighbours for scores, quotes and ties. */
export const OVERLAP_LINES = 5;
/** A longer line is a paragraph of its own: it neither lends terms to its neighbours nor takes any. */
export const NEIGHBOUR_CHARS_MAX = 400;
/** Depth of headings kept, and characters of each. */
const HEADINGS_MAX = 6;
const HEADING_CHARS_MAX = 120;

export interface ChunkContext {
  readonly kind: TextKind;
  /** Headings in force at the text's first character, outermost first. Only prose has them. */
  readonly headings: readonly string[];
  /** True when the text begins inside a fenced code block, where `#` opens no heading. */
  readonly fenced: boolean;
  /** Characters of the first line that come before the text (a line longer than a chunk). */
  readonly offsetInLine: number;
  /** The chunk's own part of the text, in characters; what lies outside is overlap and never an answer's anchor. */
  readonly coreStart: number;
  readonly coreEnd: number;
}

const contextSchema = z.object({
  kind: z.enum(TEXT_KINDS),
  headings: z.array(z.string().max(HEADING_CHARS_MAX)).max(HEADINGS_MAX),
  fenced: z.boolean(),
  offsetInLine: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  coreStart: z.number().int().min(0),
  coreEnd: z.number().int().min(0),
});

/** The context of a text that is the whole input, or whose surroundings are not known. */
export function plainContext(text: string, kind: TextKind = 'prose'): ChunkContext {
  return { kind, headings: [], fenced: false, offsetInLine: 0, coreStart: 0, coreEnd: text.length };
}

/** Checks a context from the network; `undefined` when it is malformed or does not fit the text. */
export function parseContext(value: unknown, text: string): ChunkContext | undefined {
  const parsed = contextSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { coreStart, coreEnd } = parsed.data;
  return coreStart <= coreEnd && coreEnd <= text.length ? parsed.data : undefined;
}

/** Follows the headings of one file while its text streams by in whole lines. */
export class HeadingTracker {
  #levels: (string | undefined)[] = [];
  #fenced = false;

  /** Headings in force now, outermost first. */
  get headings(): string[] {
    return this.#levels.filter((heading) => heading !== undefined);
  }

  get fenced(): boolean {
    return this.#fenced;
  }

  /** Continues from a chunk's context. */
  static from(context: ChunkContext): HeadingTracker {
    const tracker = new HeadingTracker();
    tracker.#fenced = context.fenced;
    // The levels are not kept apart on the wire: what matters is which words are in force, and that deeper ones go first.
    context.headings.forEach((heading) => {
      tracker.#levels[levelOf(heading)] = heading;
    });
    return tracker;
  }

  /** Looks at the line text[start, end); true when it changed the headings in force. */
  observe(text: string, start: number, end: number): boolean {
    const code = text.charCodeAt(start);
    if (code === 35 && !this.#fenced) {
      const level = levelOf(text.slice(start, Math.min(end, start + 8)));
      if (level === 0) return false;
      this.#levels.length = Math.min(this.#levels.length, level);
      this.#levels[level] = text.slice(start, Math.min(end, start + HEADING_CHARS_MAX));
      return true;
    }
    if (
      (code === 96 || code === 126) &&
      end - start >= 3 &&
      text.charCodeAt(start + 1) === code &&
      text.charCodeAt(start + 2) === code
    ) {
      this.#fenced = !this.#fenced;
    }
    return false;
  }

  /** Looks at every line of a text of whole lines. */
  observeAll(text: string): void {
    for (let start = 0; start < text.length; ) {
      const feed = text.indexOf('\n', start);
      const end = feed < 0 ? text.length : feed;
      this.observe(text, start, end);
      start = end + 1;
    }
  }
}

/** The level of a Markdown heading line, 0 when it is none. */
function levelOf(line: string): number {
  const marks = /^#{1,6}(?=\s)/.exec(line);
  return marks ? marks[0].length : 0;
}
