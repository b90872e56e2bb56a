// Turns a prompt and its data into chat messages, and a faulty answer into the one request to repair it.
import type { ChatMessage } from '../ports.ts';
import type { PromptBlocks } from './prompt.ts';

/** Of a faulty answer only the beginning is shown again: it costs tokens, and the fault is named beside it. */
const FAULTY_CHARS_MAX = 2_000;

/** Rules, then data with the question last, then the form once more: small models forget what is far away. */
export function renderMessages(blocks: PromptBlocks, material: string): ChatMessage[] {
  const system = [
    blocks.task,
    ...blocks.rules.map((rule) => `- ${rule}`),
    `Answer with one JSON object and nothing else, in this form:\n${blocks.form}`,
  ].join('\n');
  return [
    { role: 'system', content: system },
    { role: 'user', content: `${material}\n\nJSON:` },
  ];
}

/** The conversation so far, the faulty answer and its fault. */
export function renderRepair(
  messages: readonly ChatMessage[],
  blocks: PromptBlocks,
  answer: string,
  fault: string,
): ChatMessage[] {
  const shown = answer.trim() === '' ? '(nothing)' : answer.slice(0, FAULTY_CHARS_MAX);
  return [
    ...messages,
    { role: 'assistant', content: shown },
    {
      role: 'user',
      content: `That answer cannot be used: ${fault}. Give only the JSON object, in this form:\n${blocks.form}\n\nJSON:`,
    },
  ];
}

/** The whole conversation as one text: what the hash of a rendered prompt is made of. */
export function textOf(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `${role}\n${content}`).join('\n\n');
}
