// Reads Pylon's own prompts as a model sees them: what is wanted, the question, the lines of the part, the evidence.
import type { ChatMessage } from '../../conductor/ports.ts';
import type { Role } from './oracle-count.ts';

export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

export interface EvidenceItem {
  readonly n: number;
  readonly lines: readonly string[];
  readonly note: string | undefined;
}

export interface ReadPrompt {
  readonly role: Role;
  /** What is wanted in which form: `findings`, `records` of a leaf; the role's name for others. */
  readonly form: string;
  readonly question: string;
  readonly system: string;
  readonly material: string;
  readonly whole: string;
}

/** A member that only the form of one kind of prompt asks for, in the order in which they are looked for. */
const FORMS: readonly (readonly [member: string, role: Role])[] = [
  ['"action"', 'controller'],
  ['"records"', 'leaf'],
  ['"findings"', 'leaf'],
  ['"selected"', 'router'],
  ['"supported"', 'verifier'],
  ['"summary"', 'summary'],
  ['"evidence"', 'direct'],
  ['"citations"', 'reducer'],
  ['"answer"', 'direct'],
];

export function readPrompt(messages: readonly ChatMessage[]): ReadPrompt {
  const system = messages.find(({ role }) => role === 'system')?.content ?? '';
  const material = messages.find(({ role }) => role === 'user')?.content ?? '';
  const [member = '', role = 'unknown'] = FORMS.find(([name]) => system.includes(name)) ?? [];
  const question = /^Question: (.*)$/m.exec(material.slice(material.lastIndexOf('\nQuestion: ') + 1))?.[1] ?? '';
  const whole = messages.map(({ content }) => content).join('\n');
  return { role, form: member.slice(1, -1), question, system, material, whole };
}

/** `12| text`, where lines of a part are numbered; what stands behind the last of them is not the input's. */
export function numberedIn(material: string): NumberedLine[] {
  return [...material.matchAll(/^(\d+)\| (.*)$/gm)].map(([, number, text = '']) => ({ number: Number(number), text }));
}

/** `| text`: what is shown without numbers. */
export function barredIn(material: string): string[] {
  return [...material.matchAll(/^\| (.*)$/gm)].map(([, text = '']) => text);
}

/** `[1] path:12` and its barred lines, the last of which may be a note. */
export function evidenceIn(material: string): EvidenceItem[] {
  const items = material.matchAll(/^\[(\d+)\] .*\n((?:\| .*(?:\n|$))+)/gm);
  return [...items].map(([, n, block = '']) => {
    const lines = block
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(2));
    const note = /^\(note: (.*)\)$/.exec(lines.at(-1) ?? '')?.[1];
    return { n: Number(n), lines: note === undefined ? lines : lines.slice(0, -1), note };
  });
}
