// One daemon of a simulation: the real one, begun on a home, reached over its API, ended by a signal at any moment.
import { readToken } from '../../node/api/auth.ts';
import { type ApiAddress, callApi } from '../../node/api/client.ts';
import { toPylonError } from '../../protocol/errors.ts';
import {
  earningsReportSchema,
  type LedgerReport,
  type LedgerVerdict,
  ledgerReportSchema,
  ledgerVerdictSchema,
  walletReportSchema,
} from '../../protocol/money-report.ts';
import type { Child } from './child.ts';
import { runRequestOf } from './engine-options.ts';
import { elapsed } from './scaled-clock.ts';
import type { HomeKind, Scene } from './scene.ts';

type DaemonMessage = { readonly ready: { readonly port: number } } | { readonly failed: { readonly code: string } };

/** Milliseconds of the simulation between two looks. */
const LOOK_MS = 500;
/** Real milliseconds that one call may take: a process that was killed answers nothing. */
const CALL_MS = 20_000;

const isReady = (message: DaemonMessage): message is { ready: { port: number } } => 'ready' in message;

export class Daemon {
  /** When it was begun, and when it said that it serves: its engine was opened between the two. */
  readonly openedMs: number[];
  /** Codes of what it refused. */
  readonly refusals: string[] = [];
  readonly #scene: Scene;
  readonly #home: string;
  readonly #relayUrl: string | undefined;
  readonly #child: Child<DaemonMessage>;
  #address: ApiAddress | undefined;

  /** @param kind whether it pays by the fake wallet, or by the hub of its home */
  constructor(scene: Scene, home: string, kind: HomeKind, child: Child<DaemonMessage>) {
    this.#scene = scene;
    this.#home = home;
    this.#relayUrl = kind === 'embedded' ? undefined : scene.relay.url;
    this.#child = child;
    this.openedMs = [scene.clock.now()];
  }

  get ended(): Promise<void> {
    return this.#child.ended;
  }

  get wasKilled(): boolean {
    return this.#child.wasKilled;
  }

  /** How it ended by itself, for a fault's message. */
  get lastWords(): string {
    return this.#child.stderr;
  }

  /** @returns false when it ended before */
  async serves(): Promise<boolean> {
    const message = await this.#child.heard(isReady);
    if (message === undefined) return false;
    this.openedMs.push(this.#scene.clock.now());
    this.#address = { port: message.ready.port, token: (await readToken(this.#home)) ?? '' };
    return true;
  }

  kill(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  /** Begins a run and does not wait for it. @returns its id; undefined when it was refused, or the daemon is gone */
  async startRun(inputPath = this.#scene.inputPath): Promise<string | undefined> {
    const { files, query, options } = runRequestOf(this.#relayUrl, inputPath);
    const answer = (await this.#try('POST', '/api/runs', { query, files, options })) as { run_id: string } | undefined;
    return answer?.run_id;
  }

  async isRunning(runId: string): Promise<boolean> {
    const record = (await this.#try('GET', `/api/runs/${runId}`)) as { status: string } | undefined;
    return record?.status === 'running';
  }

  /** The latest runs; none when the daemon is gone. */
  async runs(): Promise<readonly { readonly id: string; readonly status: string }[]> {
    const answer = await this.#try('GET', '/api/runs?limit=1000');
    return (answer as { runs: { id: string; status: string }[] } | undefined)?.runs ?? [];
  }

  async resume(runId: string): Promise<void> {
    await this.#try('POST', `/api/runs/${runId}/resume`, {});
  }

  async ledger(): Promise<LedgerReport> {
    return ledgerReportSchema.parse(await this.#call('GET', '/api/ledger'));
  }

  async balanceMsat(): Promise<number> {
    return walletReportSchema.parse(await this.#call('GET', '/api/wallet')).balance_msat;
  }

  /** By the books of its own providers. */
  async receivedMsat(): Promise<number> {
    const { providers } = earningsReportSchema.parse(await this.#call('GET', '/api/earnings'));
    return providers.reduce((sum, { received_msat }) => sum + received_msat, 0);
  }

  async verify(): Promise<LedgerVerdict> {
    return ledgerVerdictSchema.parse(await this.#call('GET', '/api/ledger/verify'));
  }

  /** Looks until it is so, or it has ended. @returns false when it has not become so in `withinMs` of the simulation */
  async until(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const { clock } = this.#scene;
    const deadlineMs = clock.now() + withinMs;
    while (!(await isSo())) {
      if (clock.now() > deadlineMs || this.#child.hasEnded) return false;
      await elapsed(clock, LOOK_MS);
    }
    return true;
  }

  #call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    return callApi(this.#address ?? { port: 1, token: '' }, method, path, body, CALL_MS);
  }

  /** Undefined where the daemon refuses, or was killed meanwhile. */
  async #try(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    try {
      return await this.#call(method, path, body);
    } catch (thrown) {
      this.refusals.push(toPylonError(thrown).code);
      return undefined;
    }
  }
}
