// Asks through the whole path: the engine of a process, with its embedded relay, sealed jobs and provider
// nodes on loopback, as `pylon rlm` does.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../node/clock.ts';
import { openEngine } from '../node/engine/engine.ts';
import type { Engine } from '../node/engine/port.ts';
import { realRandom } from '../node/random.ts';
import { runOptionsSchema } from '../node/settings/run-options.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { CHUNK_BYTES_MIN } from '../protocol/limits.ts';
import type { Answer, Asker, Question } from './qa-question.ts';

export class SwarmAsker implements Asker {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(): Promise<SwarmAsker> {
    const random = realRandom();
    const identity = async () => KeyPair.generate((length) => random.bytes(length));
    const options = { home: '', store: 'memory', identity, clock: realClock(), random, environment: {} } as const;
    return new SwarmAsker(await openEngine({ ...options, notice: () => undefined }));
  }

  async ask(folder: string, question: Question, chunks: number): Promise<Answer> {
    const files = question.files.map((file) => join(folder, file));
    const displayNames = Object.fromEntries(question.files.map((file) => [join(folder, file), file]));
    // The largest file decides; no chunk is shorter than four fifths of the size, so that is what is divided.
    const largest = Math.max(...files.map((file) => statSync(file).size));
    const chunkSize = Math.max(CHUNK_BYTES_MIN, Math.ceil(largest / chunks));
    const options = runOptionsSchema.parse({ backend: 'extractive', chunk_size: chunkSize, log: false });
    const request = { query: question.query, files, displayNames, options };
    const { finished } = await this.#engine.start(request, new AbortController().signal);
    const record = await finished;
    if (record.status !== 'done') throw new Error(`${question.id}: ${record.error?.message ?? record.status}`);
    return { spanRefs: record.span_refs, output: record.output ?? '' };
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
