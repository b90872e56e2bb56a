// What a model was asked and what it wrote, counted where it happens: the figures that reports are held against.

/** What a prompt wanted. A leaf reads a part of the input; all the others are the root's. */
export type Role = 'leaf' | 'controller' | 'reducer' | 'verifier' | 'router' | 'direct' | 'summary' | 'sub' | 'unknown';

export interface RoleCount {
  calls: number;
  promptBytes: number;
  promptBytesMax: number;
}

/** Four characters a token, as is usual where no tokenizer is at hand. */
const CHARS_PER_TOKEN = 4;

export class OracleCount {
  /** Requests that arrived, whatever became of them. */
  calls = 0;
  inputTokens = 0;
  outputTokens = 0;
  /** Bytes of the parts that leaves were given, without line numbers and the words round them. */
  leafTextBytes = 0;
  /** The same, each part counted once however often it was asked. */
  leafDistinctBytes = 0;
  /** Leaf prompts that differ from each other. */
  leafPrompts = 0;
  /** Records that leaves told, and how many of them with the wrong value. */
  recordsTold = 0;
  recordsWrong = 0;
  readonly roles = new Map<Role, RoleCount>();

  arrived(): void {
    this.calls++;
  }

  /** It was answered. @returns what the endpoint reports for this call */
  add(role: Role, prompt: string, answer: string): { readonly input: number; readonly output: number } {
    const bytes = Buffer.byteLength(prompt);
    const count = this.roles.get(role) ?? { calls: 0, promptBytes: 0, promptBytesMax: 0 };
    count.calls++;
    count.promptBytes += bytes;
    count.promptBytesMax = Math.max(count.promptBytesMax, bytes);
    this.roles.set(role, count);
    const input = Math.ceil(prompt.length / CHARS_PER_TOKEN);
    const output = Math.ceil(answer.length / CHARS_PER_TOKEN);
    this.inputTokens += input;
    this.outputTokens += output;
    return { input, output };
  }

  callsOf(role: Role): number {
    return this.roles.get(role)?.calls ?? 0;
  }

  /** The largest prompt of those that steer a run. */
  get rootPromptBytesMax(): number {
    return Math.max(0, ...[...this.roles].filter(([role]) => role !== 'leaf').map(([, one]) => one.promptBytesMax));
  }
}
