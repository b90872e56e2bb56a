// Everything that is done to examples: each change is checked against the signature, keeps near duplicates on one side of the split, and
// is written whole or not at all. Changes wait for each other, so that none is decided by what another has just changed.
import type { ExampleTable } from '../../ledger/dse/examples.ts';
import { Serial } from '../../ledger/store/serial.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type {
  Dataset,
  ExampleChange,
  ExamplePage,
  ExampleSelection,
  Kept,
  Label,
} from '../../protocol/dse/example-list.ts';
import { PylonError } from '../../protocol/errors.ts';
import { checkExample, knownSignature } from './check.ts';
import { describeDataset } from './dataset.ts';
import { kinOf, together } from './split.ts';

const REVIEW_OF = { approve: 'approved', correct: 'approved', reject: 'rejected' } as const;

const isSame = (one: DseExample | undefined, other: DseExample) =>
  one !== undefined && canonicalJson(one) === canonicalJson(other);

export class Examples {
  readonly #table: ExampleTable;
  readonly #nowMs: () => number;
  readonly #turns = new Serial();

  /** @param nowMs tells when a person judged an example (unix ms) */
  constructor(table: ExampleTable, nowMs: () => number) {
    this.#table = table;
    this.#nowMs = nowMs;
  }

  /** @throws PylonError `request-invalid` (cursor) | `store-*` */
  list(selection: ExampleSelection): Promise<ExamplePage> {
    return this.#table.page(selection);
  }

  /** @throws PylonError `example-unknown` | `store-*` */
  async get(signatureId: string, exampleId: string): Promise<DseExample> {
    const example = await this.#table.get(signatureId, exampleId);
    if (example === undefined) throw new PylonError('example-unknown', { value: exampleId });
    return example;
  }

  /** All of one signature, in order. @throws PylonError `store-*` */
  async of(signatureId: string): Promise<DseExample[]> {
    const all: DseExample[] = [];
    for await (const example of this.#table.all(signatureId)) all.push(example);
    return all;
  }

  /** @param signatureId only this one: zeros where it has none. @throws PylonError `signature-unknown` | `store-*` */
  async datasets(signatureId?: string): Promise<readonly Dataset[]> {
    if (signatureId !== undefined)
      return [describeDataset(knownSignature(signatureId).signatureId, await this.of(signatureId))];
    const bySignature = new Map<string, DseExample[]>();
    for await (const example of this.#table.all()) {
      const known = bySignature.get(example.signatureId);
      if (known === undefined) bySignature.set(example.signatureId, [example]);
      else known.push(example);
    }
    return [...bySignature].map(([id, examples]) => describeDataset(id, examples));
  }

  /** @throws PylonError `signature-unknown` | `example-invalid`; nothing is written then */
  keep(examples: readonly DseExample[]): Promise<Kept> {
    return this.#turns.run(() => this.#keep(examples));
  }

  /**
   * Adds those whose ids are new; what is there stays as people left it.
   * @throws PylonError `signature-unknown` | `example-invalid`; nothing is written then
   */
  addNew(examples: readonly DseExample[]): Promise<Kept> {
    return this.#turns.run(async () => {
      const fresh: DseExample[] = [];
      for (const example of examples)
        if ((await this.#table.get(example.signatureId, example.exampleId)) === undefined) fresh.push(example);
      return this.#keep(fresh);
    });
  }

  /** What asks nearly the same goes to the other side with it. @throws PylonError `example-unknown` | `example-invalid` */
  edit(signatureId: string, exampleId: string, change: ExampleChange): Promise<DseExample> {
    return this.#turns.run(async () => {
      const before = await this.get(signatureId, exampleId);
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const after: DseExample = { ...before, ...Object.fromEntries(given) };
      const along = change.split === undefined ? [] : await this.#kinOf(after);
      await this.#keep([after, ...along.map((member): DseExample => ({ ...member, split: after.split }))]);
      return this.get(signatureId, exampleId);
    });
  }

  /** @throws PylonError `example-unknown` | `example-invalid` */
  label({ signatureId, exampleId, verdict, expectedJson, note }: Label): Promise<DseExample> {
    return this.#turns.run(async () => {
      const before = await this.get(signatureId, exampleId);
      const judged = { verdict, atMs: this.#nowMs(), ...(note === undefined ? {} : { note }) };
      const after: DseExample = {
        ...before,
        ...(expectedJson === undefined ? {} : { expectedJson }),
        review: REVIEW_OF[verdict],
        meta: { ...before.meta, judged },
      };
      await this.#keep([after]);
      return this.get(signatureId, exampleId);
    });
  }

  /** One that was mined is mined again: reject it, and it stays away. @throws PylonError `example-unknown` */
  remove(signatureId: string, exampleId: string): Promise<void> {
    return this.#turns.run(async () => {
      await this.get(signatureId, exampleId);
      await this.#table.remove(signatureId, exampleId);
    });
  }

  /** What asks nearly the same, itself not included. */
  async #kinOf(example: DseExample): Promise<DseExample[]> {
    const isOther = ({ exampleId }: DseExample) => exampleId !== example.exampleId;
    const others = (await this.of(example.signatureId)).filter(isOther);
    return kinOf(example, [...others, example]).filter(isOther);
  }

  async #keep(examples: readonly DseExample[]): Promise<Kept> {
    const bySignature = new Map<string, Map<string, DseExample>>();
    for (const example of examples) {
      checkExample(example);
      const { signatureId, exampleId } = example;
      const known = bySignature.get(signatureId) ?? new Map<string, DseExample>();
      bySignature.set(signatureId, known.set(exampleId, example));
    }
    const kept = { added: 0, changed: 0, unchanged: 0 };
    const moved: Kept['moved'] = [];
    const written: DseExample[] = [];
    for (const [signatureId, incoming] of bySignature) {
      const before = new Map((await this.of(signatureId)).map((example) => [example.exampleId, example]));
      const there = [...before.values()].filter(({ exampleId }) => !incoming.has(exampleId));
      // What asks the same on the same side as before has no new neighbours.
      const asks = ({ inputJson, split }: DseExample) => canonicalJson([inputJson, split]);
      const isMoved = (example: DseExample) => {
        const known = before.get(example.exampleId);
        return known === undefined || asks(known) !== asks(example);
      };
      const all = [...incoming.values()];
      const placed = all.some(isMoved) ? together(there, all) : { examples: all, moved: [] };
      moved.push(...placed.moved);
      for (const example of placed.examples) {
        const known = before.get(example.exampleId);
        if (isSame(known, example)) kept.unchanged++;
        else written.push(example);
        if (known === undefined) kept.added++;
        else if (!isSame(known, example)) kept.changed++;
      }
    }
    await this.#table.write(written);
    return { ...kept, moved };
  }
}
