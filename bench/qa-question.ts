// A question of the evidence benchmark, and whoever answers it.
export interface Question {
  readonly id: string;
  readonly type: 'needle' | 'explain' | 'aggregate';
  readonly files: readonly string[];
  readonly query: string;
  readonly gold_lines: readonly { readonly file: string; readonly start: number; readonly end: number }[];
  readonly gold_answer_regex: string;
}

/** A reference of an answer; lines 1-based and inclusive, bytes half-open. */
export interface Reference {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_byte: number;
  readonly end_byte: number;
  readonly content_hash: string;
}

export interface Answer {
  readonly spanRefs: readonly Reference[];
  readonly output: string;
}

/** Whatever answers questions: the engine alone, or the whole swarm path. `chunks` cuts every file into about as many. */
export interface Asker {
  ask(folder: string, question: Question, chunks: number): Promise<Answer>;
  close(): Promise<void>;
}
