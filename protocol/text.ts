// Cutting text for people without cutting a character in half.

/** Half characters become U+FFFD, as they do wherever text is stored as UTF-8: what differs only there is the same. */
export function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replace(/\p{Surrogate}/gu, '\uFFFD') : text;
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
