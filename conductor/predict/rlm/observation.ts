// What a controller is shown of what an action brought: first where it is from, then as much of it as there is room for. Everything
// foreign stands behind a bar at the beginning of its line, so that no text can end its fence, begin an observation or claim a place.
import { OBSERVATION_CHARS_MAX } from '../../../protocol/limits.ts';
import { barredLines, oneLine } from '../fence.ts';
import type { Place, Source } from './world.ts';

/** In bytes, because a prompt is measured in them: three for each character of most scripts. */
export const OBSERVATION_BYTES_MAX = 4_600;
const PATH_CHARS_MAX = 160;

/** Where a text is from, as the header of an observation tells it. Offsets are bytes of the source. */
export interface Provenance {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly lines: string;
}

export interface Observation {
  /** At most OBSERVATION_CHARS_MAX characters and OBSERVATION_BYTES_MAX bytes. */
  readonly text: string;
  /** In a few words, without anything foreign: what the history keeps of it. */
  readonly summary: string;
}

export function provenanceOf(source: Source | undefined, place: Place & { readonly endLine?: number }): Provenance {
  const { startByte, endByte, startLine, endLine = startLine } = place;
  return {
    source: shortPath(source?.path ?? `file ${place.file}`),
    start: startByte,
    end: endByte,
    total: source?.bytes ?? 0,
    lines: `${startLine}-${endLine}`,
  };
}

/** The name of a file is foreign too: one line, not too long, and always written as a JSON string. */
export function shortPath(path: string): string {
  const line = oneLine(path);
  return line.length <= PATH_CHARS_MAX ? line : `…${line.slice(1 - PATH_CHARS_MAX).replace(/^[\udc00-\udfff]/, '')}`;
}

/** The text cut to so many UTF-16 units and bytes, never inside a character. */
export function bounded(text: string, charsMax: number, bytesMax: number): string {
  let cut = text.length <= charsMax ? text : text.slice(0, Math.max(0, charsMax)).replace(/[\ud800-\udbff]$/, '');
  while (cut.length > 0 && Buffer.byteLength(cut) > bytesMax) {
    const surplus = Buffer.byteLength(cut) - bytesMax;
    cut = cut.slice(0, cut.length - Math.ceil(surplus / 3)).replace(/[\ud800-\udbff]$/, '');
  }
  return cut;
}

/** Writes one observation, part by part, until there is no room. */
export class ObservationWriter {
  #text = '';
  /** Something was left out, and no more is taken. */
  #isFull = false;

  /** One line of the kernel's own: a JSON object whose strings may be foreign. @returns false when it did not fit */
  header(values: object): boolean {
    return this.line(oneLine(JSON.stringify(values)));
  }

  /** One line of the kernel's own words. */
  line(words: string): boolean {
    if (this.#isFull) return false;
    const next = this.#text === '' ? words : `${this.#text}\n${words}`;
    if (next.length > OBSERVATION_CHARS_MAX - 40 || Buffer.byteLength(next) > OBSERVATION_BYTES_MAX - 40) {
      this.#cutOff();
      return false;
    }
    this.#text = next;
    return true;
  }

  /** Foreign text, at most `charsMax` of it, fenced. @returns false when not all of it was shown */
  foreign(text: string, charsMax: number = OBSERVATION_CHARS_MAX): boolean {
    if (this.#isFull) return false;
    const asked = bounded(text, charsMax, OBSERVATION_BYTES_MAX);
    const fenced = `\n${barredLines(asked)}`;
    const room = OBSERVATION_CHARS_MAX - 40 - this.#text.length;
    const shown = bounded(fenced, room, OBSERVATION_BYTES_MAX - 40 - Buffer.byteLength(this.#text));
    this.#text += shown;
    if (shown.length === fenced.length) return asked.length === text.length;
    this.#cutOff();
    return false;
  }

  observation(summary: string): Observation {
    return { text: this.#text, summary: oneLine(summary).slice(0, 200) };
  }

  #cutOff(): void {
    this.#isFull = true;
    this.#text += '\n(no room for the rest)';
  }
}
