// A real relay and real providers on loopback, of which some are slow, dead or talk nonsense, and runs of the real conductor
// on them. For what a run takes in a bad swarm, held against the same swarm with nothing wrong.
import { Pace } from '../../conductor/market/pace.ts';
import { PredictionFailed } from '../../conductor/ports.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import { Book } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { realClock } from '../../node/clock.ts';
import { realRandom } from '../../node/random.ts';
import type { SwarmMarket } from '../../node/swarm/market.ts';
import { PylonError } from '../../protocol/errors.ts';
import { encodeAnnouncement } from '../../protocol/handler.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ulid } from '../../protocol/ulid.ts';
import { RecordingJournal } from './recording-journal.ts';
import { seededRandom } from './seeded-random.ts';
import { ANNOUNCEMENT, eventually, newKeys, quotingBackend, Swarm } from './swarm.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG } from './traces.ts';

export interface Trouble {
  readonly providers: number;
  /** Shares of the providers. */
  readonly slow: number;
  readonly dead: number;
  readonly garbage: number;
  /** Of an honest provider's job; a slow one takes ten times as long. */
  readonly workMs: number;
  readonly chunks: number;
  readonly seed: number;
}

const SLOWNESS = 10;
/** Of one call of a model. */
const USAGE = { calls: 1, input_tokens: 300, output_tokens: 30 };
const CHUNK_BYTES = 1_200;

type Kind = 'honest' | 'slow' | 'dead' | 'garbage';

function castOf({ providers, slow, dead, garbage }: Trouble): Kind[] {
  const [slowest, deadest, worst] = [slow, dead, garbage].map((share) => Math.round(share * providers));
  const cast: Kind[] = [
    ...Array<Kind>(slowest ?? 0).fill('slow'),
    ...Array<Kind>(deadest ?? 0).fill('dead'),
    ...Array<Kind>(worst ?? 0).fill('garbage'),
  ];
  while (cast.length < providers) cast.push('honest');
  return cast;
}

/** Takes its time, as a model does, unless it is cancelled. */
function working(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = realClock().after(ms, resolve);
    signal.addEventListener('abort', () => {
      stop();
      reject(new PredictionFailed(new PylonError('job-cancelled'), USAGE, 0)); // it had been asked, and says so
    });
  });
}

function backendOf(kind: Kind, { workMs }: Trouble, fraction: () => number) {
  const honest = quotingBackend((_input, signal) =>
    working(workMs * (0.8 + 0.4 * fraction()) * (kind === 'slow' ? SLOWNESS : 1), signal),
  );
  if (kind !== 'garbage') return honest;
  const invented = { findings: [{ quote: 'nobody ever wrote this line', score: 9, line: 1 }] };
  return {
    ...honest,
    predict: async (...given: Parameters<typeof honest.predict>) => ({
      ...(await honest.predict(...given)),
      output: given[0].output.parse(invented),
    }),
  } as typeof honest;
}

export class TroubledSwarm {
  readonly #swarm: Swarm;
  readonly #market: SwarmMarket;
  readonly #trouble: Trouble;
  readonly #pace = new Pace(realClock());
  /** What the latest run told. */
  events: readonly TraceEvent[] = [];
  #runs = 0;

  private constructor(swarm: Swarm, market: SwarmMarket, trouble: Trouble) {
    this.#swarm = swarm;
    this.#market = market;
    this.#trouble = trouble;
  }

  static async start(trouble: Trouble): Promise<TroubledSwarm> {
    const swarm = await Swarm.start();
    const { fraction } = seededRandom(trouble.seed);
    const pool = swarm.pool();
    await pool.ready();
    for (const kind of castOf(trouble)) {
      // A dead one has said what it offers, and is not there any more.
      if (kind === 'dead')
        await pool.publish(newKeys().sign(encodeAnnouncement(ANNOUNCEMENT, Math.floor(Date.now() / 1_000))));
      else await swarm.provider({ backend: backendOf(kind, trouble, fraction) });
    }
    const market = swarm.market();
    await eventually('all offers are known', () => market.offers().length === trouble.providers);
    return new TroubledSwarm(swarm, market, trouble);
  }

  /** One run from start to end. */
  async run(): Promise<RunRecord> {
    const { chunks, seed } = this.#trouble;
    const number = this.#runs++;
    const clock = realClock();
    const journal = new RecordingJournal();
    const engine = extractiveBackend();
    const lines = Array.from({ length: chunks * 12 }, (_, line) => `run ${number} line ${line} ${'x'.repeat(80)}`);
    const book = new RunBudgets(Book.volatile(() => clock.now()));
    const ports = { clock, random: seededRandom(seed + number), journal, book, local: engine, engine };
    const conductor = new Conductor({ ...ports, market: this.#market, pace: this.#pace });
    await conductor.run(
      {
        runId: ulid(clock.now(), realRandom().bytes(10)),
        query: 'Which line is it?',
        corpus: textCorpus({ 'in.log': lines.join('\n') }),
        config: { ...RUN_CONFIG, chunk_size: CHUNK_BYTES, fanout: 16, timeout_ms: 20_000 },
      },
      new AbortController().signal,
    );
    this.events = journal.events;
    return journal.record;
  }

  close(): Promise<void> {
    return this.#swarm.close();
  }
}
