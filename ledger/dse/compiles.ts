// Compiles on disk: their reports, the trials that they are made of, and the judges they may be rewarded by. A trial is kept as soon as
// it was made, so that a compile that is killed asks nothing twice; what a compile ends with is one batch.
import type { CompileCandidate, CompileHead, CompileReport } from '../../protocol/dse/compile.ts';
import type { Judge } from '../../protocol/dse/judge.ts';
import { PylonError } from '../../protocol/errors.ts';
import { ALL_COMPILE_HEADS, compileBodyKey, compileHeadKey, judgeKey, trialKey } from '../store/keys.ts';
import { put, type Row, type Store } from '../store/store.ts';
import { decodeValue, encodeValue } from '../store/values.ts';

/** Of an id that several compiles begin with, so many are named. */
const NAMED_MAX = 5;

export class Compiles {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All of them, the latest first. @throws PylonError `store-*` */
  async heads(): Promise<CompileHead[]> {
    const heads: CompileHead[] = [];
    for await (const [key, bytes] of this.#store.rows(ALL_COMPILE_HEADS))
      heads.push(decodeValue(bytes, key) as CompileHead);
    return heads.sort(
      (left, right) => right.startedAtMs - left.startedAtMs || (left.reportId < right.reportId ? -1 : 1),
    );
  }

  /** @returns undefined where this compile was never begun. @throws PylonError `store-*` */
  async find(reportId: string): Promise<CompileReport | undefined> {
    const [head, candidates] = (await this.#store.values([compileHeadKey(reportId), compileBodyKey(reportId)])) as [
      CompileHead | undefined,
      CompileCandidate[] | undefined,
    ];
    if (head === undefined) return undefined;
    const { tried: _, ...report } = head;
    return { ...report, candidates: candidates ?? [] };
  }

  /** @param prefix of its id, unique. @throws PylonError `compile-unknown` */
  async read(prefix: string): Promise<CompileReport> {
    const ids: string[] = [];
    const range = { gte: compileHeadKey(prefix), lt: `${compileHeadKey(prefix)}~` };
    for await (const key of this.#store.keys(range, { limit: NAMED_MAX }))
      ids.push(key.slice(compileHeadKey('').length));
    const exact = ids.find((id) => id === prefix) ?? ids[0];
    if (exact === undefined || prefix === '') throw new PylonError('compile-unknown', { value: prefix });
    if (ids.length > 1 && exact !== prefix)
      throw new PylonError('compile-unknown', {
        value: prefix,
        reason: `several compiles begin with this: ${ids.join(', ')}`,
      });
    return (await this.find(exact)) as CompileReport;
  }

  /**
   * Where a compile stands: survives a kill, and only the end of one (`isFinal`) a power cut too.
   * @param also rows that are true together with it: the artifact it came to
   * @throws PylonError `store-failed`; nothing is written then
   */
  async keep(report: CompileReport, also: readonly Row[] = [], isFinal = false): Promise<void> {
    const { candidates, ...rest } = report;
    const head: CompileHead = { ...rest, tried: candidates.length };
    const rows = [
      put(compileHeadKey(report.reportId), encodeValue(head)),
      put(compileBodyKey(report.reportId), encodeValue(candidates)),
      ...also,
    ];
    await this.#store.write(rows, { sync: isFinal });
  }

  /** The outcome of a trial that was made before. @throws PylonError `store-*` */
  trial(hash: string): Promise<unknown> {
    return this.#store.value(trialKey(hash));
  }

  /** @throws PylonError `store-failed` */
  keepTrial(hash: string, outcome: unknown): Promise<void> {
    return this.#store.write([put(trialKey(hash), encodeValue(outcome))], { sync: false });
  }

  /** @throws PylonError `judge-unknown` */
  async judge(judgeHash: string): Promise<Judge> {
    const judge = (await this.#store.value(judgeKey(judgeHash))) as Judge | undefined;
    if (judge === undefined) throw new PylonError('judge-unknown', { value: judgeHash });
    return judge;
  }

  keepJudge(judge: Judge): Promise<void> {
    return this.#store.write([put(judgeKey(judge.judgeHash), encodeValue(judge))], { sync: true });
  }
}
