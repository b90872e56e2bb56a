// A labelling task with a known truth, and models that do it: honestly, with slips, or lying. The models answer the prompt for records
// themselves, so that all that is written and read on the way is the real thing.
import type { ChatMessage, LanguageModel } from '../../conductor/ports.ts';
import type { FieldSpec } from '../../protocol/records.ts';

export const LABELS = ['question', 'order', 'complaint', 'praise'] as const;
export const LABEL_FIELDS: FieldSpec[] = [{ name: 'label', type: 'string', values: [...LABELS], about: 'what it is' }];

/** What only a reader knows: the label of a message by its number. */
export function labelOf(message: number): string {
  return LABELS[(message * 7 + Math.floor(message / 3)) % LABELS.length]!;
}

/** Messages that do not say their label. */
export function messages(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `message ${at} of user ${at % 17}: the text of it does not matter`);
}

/** Says something else of a line where it likes to. */
export type Mislabel = (message: number, truth: string) => string;

/** A model behind the prompt for records. @param mislabel what it says in place of the truth */
export function labellingModel(mislabel: Mislabel = (_, truth) => truth): LanguageModel & { calls: number } {
  const model = {
    model: 'labeller',
    calls: 0,
    async complete({ messages: prompt }: { messages: readonly ChatMessage[] }) {
      model.calls++;
      const lines = [...(prompt[1]?.content ?? '').matchAll(/^(\d+)\| message (\d+) /gm)];
      const records = lines.map(([, line, message]) => ({
        line: Number(line),
        fields: { label: mislabel(Number(message), labelOf(Number(message))) },
      }));
      const text = JSON.stringify({ records });
      return { text, usage: { calls: 1, input_tokens: 100, output_tokens: Math.ceil(text.length / 4) } };
    },
  };
  return model;
}

/** Another label than the true one, the same for everybody who lies in this way. */
export const lying: Mislabel = (_, truth) =>
  LABELS[(LABELS.indexOf(truth as (typeof LABELS)[number]) + 1) % LABELS.length]!;
