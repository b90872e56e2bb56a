// Which texts stand in everything that a pattern matches. A search for them passes over most of an input at the speed of memory, and
// only what has one of them is given to the pattern.

/** Texts looked for at once; with more, looking for them takes as long as the pattern. */
const TEXTS_MAX = 8;
/** A shorter text stands nearly everywhere. */
const CHARS_MIN = 2;

/** The engine's own view of a parsed pattern (re2js, class Prefilter): what must be in a text so that it may match. */
interface Prefilter {
  readonly type: number;
  readonly str: string;
  readonly subs: readonly unknown[];
}
const EXACT = 1;
const ALL_OF = 2;
const ONE_OF = 3;

function isPrefilter(value: unknown): value is Prefilter {
  if (typeof value !== 'object' || value === null) return false;
  const { type, str, subs } = value as Record<string, unknown>;
  return typeof type === 'number' && typeof str === 'string' && Array.isArray(subs);
}

/** One of the texts given stands in every match; undefined when nothing useful is known. */
export function requiredTexts(prefilter: unknown): readonly string[] | undefined {
  if (!isPrefilter(prefilter)) return undefined;
  const { type, str, subs } = prefilter;
  if (type === EXACT) return isUseful(str) ? [str] : undefined;
  if (type === ALL_OF) {
    const known = subs.map(requiredTexts).filter((texts) => texts !== undefined);
    return known.reduce<readonly string[] | undefined>(
      (best, texts) => (best === undefined || worth(texts) > worth(best) ? texts : best),
      undefined,
    );
  }
  if (type !== ONE_OF) return undefined;
  const all: string[] = [];
  for (const sub of subs) {
    const texts = requiredTexts(sub);
    if (texts === undefined) return undefined;
    all.push(...texts);
  }
  return all.length > TEXTS_MAX ? undefined : all;
}

/** Line ends are never given to a pattern; beyond ASCII one character is rare enough. */
function isUseful(text: string): boolean {
  return !text.includes('\n') && (text.length >= CHARS_MIN || /[^\p{ASCII}]/u.test(text));
}

/** The rarest is the best: the one whose shortest text is longest, and of these the one with the fewest. */
function worth(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length)) - texts.length / (TEXTS_MAX + 1);
}
