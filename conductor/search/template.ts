// Owns when two lines are "the same line with other values": the template of a line is its text with every run that
// holds a digit (times, addresses, ids, paths with numbers) made one mark. Logs repeat templates thousands of times.

const WORD = 1;
const DIGIT = 2;
const GLUE = 3;
const CLASS = new Uint8Array(128);
for (let code = 0; code < 26; code++) CLASS[97 + code] = CLASS[65 + code] = WORD;
for (let digit = 0; digit < 10; digit++) CLASS[48 + digit] = DIGIT;
for (const glue of '_-.:/@+#') CLASS[glue.charCodeAt(0)] = GLUE;

const MARK = 0x2a;

/**
 * A 32-bit hash of the template of text[start, end), and a second one in `templateLow`: together they name a
 * template without keeping its text. White space counts once however long it is.
 */
let low = 0;

export function templateHash(text: string, start: number, end: number): number {
  let high = 0x811c9dc5 | 0;
  low = 0x1234567;
  let index = start;
  while (index < end) {
    const code = text.charCodeAt(index);
    const kind = code < 128 ? CLASS[code]! : WORD;
    if (kind === 0) {
      index++;
      if (code === 32 || code === 9 || code === 13) continue;
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
      continue;
    }
    const runStart = index;
    let valued = false;
    while (index < end) {
      const next = text.charCodeAt(index);
      const nextKind = next < 128 ? CLASS[next]! : WORD;
      if (nextKind === 0) break;
      if (nextKind === DIGIT) valued = true;
      index++;
    }
    if (valued) {
      high = Math.imul(high ^ MARK, 0x01000193);
      low = Math.imul(low + MARK, 0x5bd1e995) ^ (low >>> 15);
      continue;
    }
    for (let at = runStart; at < index; at++) {
      const word = text.charCodeAt(at);
      high = Math.imul(high ^ word, 0x01000193);
      low = Math.imul(low + word, 0x5bd1e995) ^ (low >>> 15);
    }
    high = Math.imul(high ^ 32, 0x01000193);
  }
  return high;
}

/** The name of the template of text[start, end): 16 hex characters, the same for lines that differ in values only. */
export function templateKey(text: string, start: number, end: number): string {
  const high = templateHash(text, start, end) >>> 0;
  return high.toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
