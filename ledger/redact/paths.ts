// Names of files: each input becomes `file-<n>`, n its place in the run's list, and so it is called wherever a text
// mentions it. The list never changes after the first event, so the same name always becomes the same.
import type { InputFile } from '../../protocol/run.ts';

/** Stands for a path that is no input of the run. */
const PATH_MARK = '[path]';
/** What a text may have a path in: between white space, quotes, brackets, commas and equals signs. */
const TOKEN = /[^\s"'`()<>[\]{},;|=]+/g;
/** `build.log:12-14:` has the path before the first such ending. */
const TAIL = /(?::.*)?[.:!?]*$/;
/** From the root, from home, or of Windows; not what follows a host. */
const ABSOLUTE =
  /(?<![\w:/.~-])(?:~|\.{1,2}|[a-z]:)?(?:[/\\][^\s"'`()<>[\]{},;|:/\\]+){2,}[/\\]?|[a-z]:\\[^\s"'`<>|]+/gi;
/** Names with white space or brackets are looked for one by one: for a few that is quick, and few are so named. */
const ODD_NAMES_MAX = 1_000;
/** Shorter ones are words of the language too: `a`, `in`. */
const MENTION_CHARS_MIN = 4;

function baseOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

export class PathNames {
  readonly #names = new Map<string, string>();
  /** Paths and last parts of paths, as a text mentions them. */
  readonly #mentions = new Map<string, string>();
  readonly #odd: (readonly [path: string, name: string])[] = [];

  constructor(inputs: readonly InputFile[]) {
    for (const [index, { path }] of inputs.entries()) {
      if (this.#names.has(path)) continue;
      const name = `file-${index + 1}`;
      this.#names.set(path, name);
      for (const mention of [path, baseOf(path)]) this.#mention(mention, name);
    }
    this.#odd.sort(([left], [right]) => right.length - left.length);
  }

  #mention(text: string, name: string): void {
    if (text.length < MENTION_CHARS_MIN || this.#mentions.has(text)) return;
    this.#mentions.set(text, name);
    const isPlain = text.match(TOKEN)?.[0] === text;
    if (!isPlain && this.#odd.length < ODD_NAMES_MAX) this.#odd.push([text, name]);
  }

  /** Of a field that is a path. */
  of(path: string): string {
    return this.#names.get(path) ?? PATH_MARK;
  }

  /** Of a text that may mention paths. @param note hears of each */
  within(text: string, note: () => void): string {
    let clean = text;
    for (const [path, name] of this.#odd) {
      if (!clean.includes(path)) continue;
      clean = clean.replaceAll(path, () => name);
      note();
    }
    clean = clean.replace(TOKEN, (token) => {
      const whole = this.#mentioned(token);
      const tail = whole === undefined ? (TAIL.exec(token)?.[0] ?? '') : '';
      const name = whole ?? this.#mentioned(token.slice(0, token.length - tail.length));
      if (name === undefined) return token;
      note();
      return name + tail;
    });
    return clean.replace(ABSOLUTE, () => {
      note();
      return PATH_MARK;
    });
  }

  /** `lib/main.c` mentions `main.c`. */
  #mentioned(token: string): string | undefined {
    return this.#mentions.get(token) ?? this.#mentions.get(baseOf(token));
  }
}
