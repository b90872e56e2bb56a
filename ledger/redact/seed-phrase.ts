// Finds what could be a wallet's words (BIP-39) without the list of them: they are all of three to eight letters, and the
// words that prose cannot do without are not among them.

/** Frequent in English and in logs, and none of BIP-39's 2,048: one of them ends a phrase. */
const NEVER = new Set(
  (
    'the and for are was not has had but from were been which would could her his its our their them these those who ' +
    'whom than most some after both each per via does did done got him she how may might shall should being having made ' +
    'makes take takes took see saw said says lines files tests users using uses while with why your out new get years ' +
    'gave days came back works working last well even wants through down many here went going think needs errors failed ' +
    'fails failure warning info debug builds request requests server data value values names types numbers string ' +
    'function class import export const null line user node module config default port http https messages timeout retry ' +
    'started stop stopped read written opened closed status running'
  ).split(' '),
);

/** The shortest phrase; where one is announced, fewer words may be what a cut left of it. */
const WORDS_MIN = 12;
const ANNOUNCED_WORDS_MIN = 6;
const ANNOUNCED = /mnemonic|seed|recovery|phrase|secret words?/i;
const ANNOUNCED_CHARS = 56;
const WORD = /[a-z]+/gi;
/** `abandon, ability` · `1. abandon 2. ability` · a line each. */
const BETWEEN = /^(?:[\s,;|"'·•-]|\\n|\d{1,2}[.):]?){1,8}$/;
const BETWEEN_CHARS = 9;

type Stretch = readonly [start: number, end: number];

/** Where such phrases stand in the text, in order. */
export function phrases(text: string): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  let end = 0;
  let words = 0;
  const close = () => {
    const isAnnounced = () => ANNOUNCED.test(text.slice(Math.max(0, start - ANNOUNCED_CHARS), end));
    if (words >= WORDS_MIN || (words >= ANNOUNCED_WORDS_MIN && isAnnounced())) found.push([start, end]);
    words = 0;
  };
  for (const match of text.matchAll(WORD)) {
    const [word] = match;
    if (words > 0 && !BETWEEN.test(text.slice(end, Math.min(match.index, end + BETWEEN_CHARS)))) close();
    const isSeedLike = word.length >= 3 && word.length <= 8 && !NEVER.has(word.toLowerCase());
    if (!isSeedLike) {
      close();
      continue;
    }
    if (words === 0) start = match.index;
    end = match.index + word.length;
    words++;
  }
  close();
  return found;
}
