// An operation of the book before it is done: what a client asks for.
import type { EntryKind, Facts } from '../../../ledger/book/entry.ts';

export type Asked<Kind extends EntryKind = EntryKind> = {
  [Each in Kind]: { readonly id: string; readonly kind: Each; readonly facts: Facts<Each> };
}[Kind];

/** As in ledger/book/run-budgets.ts. */
const NAMES: Partial<Record<EntryKind, string>> = { 'open-run': 'open', 'close-run': 'close' };

/** The id as production makes it: what an operation is about. */
export function ask<Kind extends EntryKind>(kind: Kind, subject: string, facts: Facts<Kind>): Asked<Kind> {
  return { id: `${NAMES[kind] ?? kind}/${subject}`, kind, facts } as unknown as Asked<Kind>;
}

export function describeAsked({ id, facts }: Asked): string {
  return `${id} ${JSON.stringify(facts)}`;
}
