// Cutting text for people without cutting a character in half.

/** At most `charsMax` code points, line breaks folded to spaces, an ellipsis where something was left out. */
export function preview(text: string, charsMax: number): string {
  const folded = text
    .slice(0, charsMax * 2 + 2)
    .replace(/\s+/g, ' ')
    .trim();
  const points = Array.from(folded);
  const whole = points.length <= charsMax && text.length <= charsMax * 2 + 2;
  return whole ? folded : `${points.slice(0, charsMax - 1).join('')}…`;
}
