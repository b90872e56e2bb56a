// Owns what kind of text a file is. Logs, prose and code are ranked differently (neighbours and headings help in
// prose and hurt in logs), and the choice must be one per file, never one per chunk.
import { tokenise } from './tokens.ts';

export const TEXT_KINDS = ['log', 'prose', 'code'] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Lines looked at: enough to tell, few enough to cost nothing. */
const SAMPLE_LINES = 400;

/** Words that hold sentences together; logs and code hardly use them. Several European languages. */
const FUNCTION_WORDS = new Set(
  (
    'the a an of to and is in that it for on with as was be by this are or from which have not its but they at he his ' +
    'der die das und ist nicht ein eine den von zu mit auf le la les des du et est une dans que pour qui el los las y ' +
    'del una con por il di che e un per non o os uma em para het een van en'
  ).split(' '),
);

/** Judges one file by its first lines. */
export class KindProfile {
  #lines = 0;
  #words = 0;
  #functionWords = 0;
  #valued = 0;
  #codeEnds = 0;
  readonly #openings = new Set<string>();

  /** True once enough lines were seen; further lines are ignored. */
  get settled(): boolean {
    return this.#lines >= SAMPLE_LINES;
  }

  /** Looks at one non-blank line. */
  observe(line: string): void {
    if (this.settled) return;
    this.#lines++;
    let digits = 0;
    let opening = '';
    for (const token of tokenise(line)) {
      if (token.joined) continue;
      opening ||= token.text;
      if (token.text >= '0' && token.text < ':') digits++;
      else this.#words++;
      if (FUNCTION_WORDS.has(token.text)) this.#functionWords++;
    }
    this.#openings.add(opening);
    if (digits >= 2) this.#valued++;
    if (
      /[{};,()[\]>]\s*$|^\s*(\/\/|\/?\*|#include|import |def |class |return\b|func |fn |let |const |var )/.test(line)
    ) {
      this.#codeEnds++;
    }
  }

  /** Logs carry values on most lines, code ends its lines like code, prose reads like sentences; the rest is a log. */
  kind(): TextKind {
    if (this.#lines === 0) return 'log';
    if (this.#valued / this.#lines >= 0.6) return 'log';
    if (this.#openings.size / this.#lines < 0.1 && this.#lines > 50) return 'log';
    const sentences = this.#functionWords / Math.max(1, this.#words);
    if (this.#codeEnds / this.#lines >= 0.45 && sentences < 0.2) return 'code';
    return sentences >= 0.12 ? 'prose' : 'log';
  }
}
