// Text of strangers made visible: what would act on a terminal or turn the direction of reading is shown as a sign instead of done.
// The browser itself renders it as text; this is for what text alone can still do.

/** C0 but tab and line feed, DEL, C1, bidirectional controls, line and paragraph separators, byte order mark. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function signOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code); // the control pictures: ␛, ␀
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Every control character as a sign that can be seen; CR LF is one line end. */
export function shownText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(CONTROLS, signOf);
}

/** Shown at once of a text that may be large: a page of 10 MB would hold the browser for seconds. */
export const SHOWN_CHARS_MAX = 200_000;

export interface Shown {
  readonly text: string;
  /** Characters that are not shown. */
  readonly left: number;
}

/** At most so many characters of it. */
export function shownPart(text: string, charsMax = SHOWN_CHARS_MAX): Shown {
  const part = text.length <= charsMax ? text : text.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/, '');
  return { text: shownText(part), left: text.length - part.length };
}
