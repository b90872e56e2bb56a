// Voices that label lines: honest ones that err now and then, liars that say what they agreed on. Seeded.
import type { Ballot, Table } from '../../conductor/verify/panel.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { RecordsOutput } from '../../protocol/records.ts';

/** What is the case: a label for each line, in order; the lines that have none are not told. */
export type Truth = readonly (string | undefined)[];

export function recordsOf(labels: Truth): RecordsOutput {
  return {
    records: labels.flatMap((label, at) => (label === undefined ? [] : [{ line: at + 1, fields: { label } }])),
  };
}

/** The truth as somebody tells it who errs on this share of the lines, each error one of the other labels. */
export function erring(truth: Truth, labels: readonly string[], errors: number, fraction: () => number): Truth {
  return truth.map((label) => {
    if (fraction() >= errors) return label;
    const others = labels.filter((other) => other !== label);
    return others[Math.floor(fraction() * others.length)];
  });
}

export function ballotOf<Output extends RecordsOutput>(provider: string, output: Output): Ballot {
  return { provider, cluster: provider, output, outputHash: canonicalHash(output) };
}

/** What a panel is shown: these voices, nobody out, and somebody who could be asked. */
export function tableOf(voices: readonly Ballot[], more: Partial<Table<Ballot>> = {}): Table<Ballot> {
  return { voices, seats: [], placing: 0, canAsk: true, isLate: false, ...more };
}
