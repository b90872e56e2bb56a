// An example at a glance: a value in one line, and where it comes from. Pure.
import type { DseExample } from '../../../protocol/dse/example.ts';
import { preview } from '../../../protocol/text.ts';

const GLANCE_CHARS = 120;

/** A value of JSON in one line; of an object with one member that member. */
export function glance(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const members = Object.values(value);
    if (members.length === 1) return glance(members[0]);
  }
  return preview(typeof value === 'string' ? value : JSON.stringify(value), GLANCE_CHARS);
}

/** The receipt that it was mined from; undefined of what somebody wrote. */
export function sourceReceipt({ meta }: Pick<DseExample, 'meta'>): string | undefined {
  const { receiptId } = meta;
  return typeof receiptId === 'string' && receiptId !== '' ? receiptId : undefined;
}

export type Parsed = { readonly value: DseExample['expectedJson'] } | { readonly fault: string };

/** JSON that a person wrote: its value, or what is wrong with it in words. */
export function parsed(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { fault: `This is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
}
