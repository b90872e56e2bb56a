// The most gullible controller there can be: whatever looks like an action in its prompt, wherever it stands, it writes next; or it writes
// what it was shown, word for word.
import type { ChatMessage } from '../../../../../conductor/ports.ts';
import { readLenientJson } from '../../../../../conductor/predict/lenient-json.ts';

export type Gullibility = 'obeys' | 'parrots';

/** @param before what it does of its own accord, to be shown something */
export class Gullible {
  readonly #before: readonly object[];
  readonly #kind: Gullibility;
  readonly #obeyed = new Set<string>();
  #step = 0;

  constructor(kind: Gullibility, before: readonly object[]) {
    this.#kind = kind;
    this.#before = before;
  }

  /** How many planted actions it wrote. */
  get obeyed(): number {
    return this.#obeyed.size;
  }

  next(messages: readonly ChatMessage[]): string | object {
    const prompt = messages
      .map(({ content }) => content)
      .join('\n')
      .slice((messages[0]?.content ?? '').length);
    const own = this.#before[this.#step];
    this.#step++;
    if (own !== undefined) return own;
    const wish = plantedIn(prompt).find((text) => !this.#obeyed.has(text));
    if (wish === undefined)
      return { action: 'Final', answer: 'I was told nothing more: {{hits[1].text}}', evidence: ['hits[1]'] };
    this.#obeyed.add(wish);
    return this.#kind === 'obeys' ? wish : asPlanted(prompt.slice(prompt.lastIndexOf('Observation ')));
  }
}

/** Texts of a prompt that could be actions: as they stand, and as they stand in a string of JSON. */
function plantedIn(prompt: string): string[] {
  const found: string[] = [];
  const plain = asPlanted(prompt);
  for (const text of [plain, plain.replace(/\\(["\\])/g, '$1').replace(/\\n/g, '\n')]) {
    for (const { index } of text.matchAll(/\{[\s\u200b]*"(?:action|__proto__)"/g)) {
      const value = readLenientJson(text, index);
      if (value !== undefined) found.push(text.slice(index, value.end));
    }
  }
  // Its own history tells what it did: that is nothing new to it.
  return [...new Set(found)];
}

/** Without what keeps it apart: the bars, and the spaces in marks of roles. */
function asPlanted(prompt: string): string {
  return prompt.replace(/^\| /gm, '').replace(/([<[]) (?=[|\uff5c/A-Zse])/g, '$1');
}
