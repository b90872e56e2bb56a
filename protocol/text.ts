// Cutting text for people without cutting a character in half.

/** Half characters become U+FFFD, as they do wherever text is stored as UTF-8: what differs only there is the same. */
export function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replace(/\p{Surrogate}/gu, '\uFFFD') : text;
}

/** C0 but tab and line ends, DEL, C1, bidirectional controls, line and paragraph separators, marks. */
const UNSEEN =
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]|\r(?!\n)/g;

/**
 * Text of anybody for a file that people open: what moves a terminal, or turns the order of letters around, is U+FFFD; so is half a
 * character.
 */
export function inert(text: string): string {
  return wellFormed(text).replace(UNSEEN, '\uFFFD');
}

/**
 * At most `charsMax` code points, line breaks folded to spaces, an ellipsis where something was left out. Half
 * characters are not passed on (U+FFFD stands for one in the middle): what is stored as UTF-8 must read back the same.
 */
export function preview(text: string, charsMax: number): string {
  const folded = text
    .slice(0, charsMax * 2 + 2)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\s+/g, ' ')
    .trim();
  const points = Array.from(folded);
  const whole = points.length <= charsMax && text.length <= charsMax * 2 + 2;
  return whole ? folded : `${points.slice(0, charsMax - 1).join('')}…`;
}
