// Where a benchmark plays: an engine with a home of its own, so that nothing of the user's counts in what is measured; the oracle on
// loopback or a real endpoint; and for each task a folder with its files.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock, LanguageModel, Random } from '../../conductor/ports.ts';
import { normaliseBaseUrl, openAiModel } from '../../node/backends/openai.ts';
import { openEngine } from '../../node/engine/engine.ts';
import type { Engine } from '../../node/engine/port.ts';
import { type Environment, openHome } from '../../node/home.ts';
import { openIdentity } from '../../node/identity.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { StagedTask, Tools } from './method.ts';
import { Oracle } from './oracle.ts';
import { control } from './oracle-controller.ts';
import { ORACLE_MODEL, OracleServer } from './oracle-server.ts';
import type { Settings } from './settings.ts';
import type { TaskInstance } from './task.ts';

export interface StagePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Environment;
  readonly notice: (line: string) => void;
}

/** A run of 100 MB with three replicas and its controller costs some hundred sats of play money. */
const BUDGET_SATS = 20_000;

export class Stage {
  readonly engine: Engine;
  /** Absent with a real endpoint. */
  readonly oracle: Oracle | undefined;
  readonly #server: OracleServer | undefined;
  readonly #model: LanguageModel;
  readonly #settings: Settings;

  private constructor(
    engine: Engine,
    model: LanguageModel,
    settings: Settings,
    oracle?: Oracle,
    server?: OracleServer,
  ) {
    this.engine = engine;
    this.#model = model;
    this.#settings = settings;
    this.oracle = oracle;
    this.#server = server;
  }

  /** @param home folder that is the engine's own @throws PylonError `config-invalid` without an endpoint for the model */
  static async open(settings: Settings, home: string, ports: StagePorts): Promise<Stage> {
    const { clock, random, notice } = ports;
    const { seed, error_rate: errorRate, latency_ms: latencyMs } = settings.conditions;
    const isOracle = settings.conditions.model === ORACLE_MODEL;
    const oracle = isOracle ? new Oracle({ seed, errorRate }, control) : undefined;
    const server = oracle === undefined ? undefined : await OracleServer.start(oracle, clock, latencyMs);
    const endpoint = server?.baseUrl ?? ports.environment.OPENAI_BASE_URL;
    if (endpoint === undefined || endpoint === '')
      throw new PylonError('config-invalid', {
        value: settings.conditions.model,
        reason: 'a real model needs an endpoint',
        next: 'set OPENAI_BASE_URL, or leave out --model for the oracle',
      });
    const apiKey = isOracle ? undefined : ports.environment.OPENAI_API_KEY;
    const environment = { OPENAI_BASE_URL: endpoint, ...(apiKey === undefined ? {} : { OPENAI_API_KEY: apiKey }) };
    await openHome(home);
    const identity = async () => (await openIdentity(home, random)).keyPair;
    const engine = await openEngine({ home, store: 'disk', identity, clock, random, environment, notice });
    const { model: name } = settings.conditions;
    const model = openAiModel({ baseUrl: normaliseBaseUrl(endpoint), apiKey, model: name, clock, random });
    return new Stage(engine, model, settings, oracle, server);
  }

  tools(signal: AbortSignal): Tools {
    const { conditions, experiment } = this.#settings;
    return {
      engine: this.engine,
      model: this.#model,
      windowTokens: conditions.window_tokens,
      signal,
      options: {
        backend: 'openai',
        model: conditions.model,
        verify: conditions.verify,
        window_tokens: conditions.window_tokens,
        fanout: conditions.fanout,
        providers: conditions.providers,
        budget_sats: BUDGET_SATS,
        experiment,
        ...(conditions.chunk_bytes === null ? {} : { chunk_size: conditions.chunk_bytes }),
      },
    };
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.#server?.close();
  }
}

/** Writes the files of a task into a folder of its own. @returns also what takes it away again */
export function stageTask(task: TaskInstance): StagedTask & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'pylon-bench-task-'));
  const displayNames: Record<string, string> = {};
  for (const { path, pieces } of task.files) {
    const location = join(folder, 'input', path);
    mkdirSync(dirname(location), { recursive: true });
    const file = openSync(location, 'w');
    try {
      for (const piece of pieces()) writeSync(file, piece);
    } finally {
      closeSync(file);
    }
    displayNames[location] = path;
  }
  return { task, displayNames, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
