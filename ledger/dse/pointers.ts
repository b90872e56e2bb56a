// Which artifact is in force for each signature: a row for each change, of which the latest is the pointer. A change is one synced batch
// with all that is true together with it: the gate's evidence, and the end of a canary whose control is no more.
import { type PointerRow, pointerRowSchema } from '../../protocol/dse/artifact.ts';
import { PylonError } from '../../protocol/errors.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import type { RunJournal } from '../journal.ts';
import { ALL_POINTERS, artifactKey, pointerKey } from '../store/keys.ts';
import { Serial } from '../store/serial.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

export interface Promoting {
  readonly signatureId: string;
  /** Of an artifact that is kept. */
  readonly compiled_id: string;
  /** What was in force when it was decided. */
  readonly expected: string;
  readonly promotionId: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface RollingBack {
  readonly signatureId: string;
  /** What to go back to, of what was in force before; the latest when absent. */
  readonly to?: string;
  readonly reason: string;
  readonly atMs: number;
}

export class Pointers {
  readonly #store: Store;
  readonly #journal: Pick<RunJournal, 'keep' | 'canaries'>;
  /** Of each signature, oldest first: some hundred bytes a change, and a change is an evening's work. */
  readonly #rows: Map<string, PointerRow[]>;
  readonly #turns = new Serial();

  private constructor(store: Store, journal: Pick<RunJournal, 'keep' | 'canaries'>, rows: Map<string, PointerRow[]>) {
    this.#store = store;
    this.#journal = journal;
    this.#rows = rows;
  }

  /** @param journal of the same store. @throws PylonError `store-corrupt` */
  static async open(store: Store, journal: Pick<RunJournal, 'keep' | 'canaries'>): Promise<Pointers> {
    const rows = new Map<string, PointerRow[]>();
    for await (const [key, bytes] of store.rows(ALL_POINTERS)) {
      const row = pointerRowSchema.safeParse(decodeValue(bytes, key));
      if (!row.success) throw new PylonError('store-corrupt', { value: key, cause: row.error });
      const own = rows.get(row.data.signatureId) ?? [];
      own.push(row.data);
      rows.set(row.data.signatureId, own);
    }
    return new Pointers(store, journal, rows);
  }

  /** The name of what is in force; `default` for the signature's own parameters. At once. */
  current(signatureId: string): string {
    return this.#rows.get(signatureId)?.at(-1)?.compiled_id ?? DEFAULT_COMPILED_ID;
  }

  /** Signatures of which something was ever in force, by name. */
  signatures(): string[] {
    return [...this.#rows.keys()].sort();
  }

  /** Its changes, the latest first. */
  history(signatureId: string): PointerRow[] {
    return [...(this.#rows.get(signatureId) ?? [])].reverse();
  }

  /** Nothing moves while `task` decides. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#turns.run(task);
  }

  /**
   * Puts an artifact in force.
   * @param beside stored in the same batch: the evidence that it stands on
   * @throws PylonError `artifact-unknown` | `pointer-moved` where something else is in force than was expected | `store-failed`
   */
  promote({ expected, ...move }: Promoting, beside: readonly Row[]): Promise<PointerRow> {
    return this.alone(() => {
      const { signatureId, compiled_id } = move;
      if (this.current(signatureId) !== expected)
        throw new PylonError('pointer-moved', { value: this.current(signatureId), reason: `${expected} was in force` });
      if (!this.#store.has(artifactKey(compiled_id))) throw new PylonError('artifact-unknown', { value: compiled_id });
      return this.#move({ ...move, action: 'promote' }, beside);
    });
  }

  /**
   * Takes back the latest promotion that was not taken back, or all down to `to`.
   * @param check refuses what it would go back to
   * @throws PylonError `rollback-impossible` where that was never in force, or is; what `check` throws | `store-failed`
   */
  rollback({ to, ...move }: RollingBack, check: (compiledId: string) => void = () => {}): Promise<PointerRow> {
    return this.alone(() => {
      const { signatureId } = move;
      const before = this.#before(signatureId);
      const compiled_id = to ?? before.at(-1);
      if (compiled_id === undefined)
        throw new PylonError('rollback-impossible', { value: signatureId, reason: 'its own parameters are in force' });
      if (!before.includes(compiled_id))
        throw new PylonError('rollback-impossible', { value: compiled_id, reason: 'it was not in force before' });
      check(compiled_id);
      return this.#move({ ...move, action: 'rollback', compiled_id, promotionId: null }, []);
    });
  }

  /** What was in force before what is now, oldest first: a rollback undoes promotions, and is not undone by another. */
  #before(signatureId: string): string[] {
    const stack = [DEFAULT_COMPILED_ID as string];
    for (const { action, compiled_id } of this.#rows.get(signatureId) ?? [])
      if (action === 'promote') stack.push(compiled_id);
      else stack.splice(stack.lastIndexOf(compiled_id, stack.length - 2) + 1);
    return stack.slice(0, -1);
  }

  async #move(move: Omit<PointerRow, 'revision' | 'previous'>, beside: readonly Row[]): Promise<PointerRow> {
    const { signatureId, compiled_id, atMs } = move;
    const rows = this.#rows.get(signatureId) ?? [];
    const row = pointerRowSchema.parse({ ...move, revision: rows.length, previous: this.current(signatureId) });
    this.#journal.canaries.controlMoved(signatureId, compiled_id, atMs);
    await this.#journal.keep([put(pointerKey(signatureId, row.revision), encodeValue(row)), ...beside], []);
    this.#rows.set(signatureId, [...rows, row]);
    return row;
  }
}
