// One thread that does nothing but Schnorr, for the process in which relay, providers and conductor live
// together: their own thread then hashes and parses, this one verifies. The same file is both ends.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { eventId, type NostrEvent, verifyEvent } from '../../protocol/event.ts';
import { schnorr } from '../../protocol/schnorr.ts';
import type { Verifier } from './verifier.ts';

/** Marks the worker's side of this file. */
const ROLE = 'pylon-verify';

/** Signatures per message: larger batches make the two threads take turns instead of working side by side. */
const BATCH_MAX = 4;

/** Batches under way: enough that the thread is never idle while the other one handles a burst of messages. */
const BATCHES_IN_FLIGHT_MAX = 8;

/** Bytes of one signature's record: id, public key, signature. */
const RECORD_BYTES = 128;

if (!isMainThread && workerData === ROLE) {
  parentPort!.on('message', (records: Uint8Array) => {
    const verdicts = new Uint8Array(records.length / RECORD_BYTES);
    for (let index = 0; index < verdicts.length; index += 1) {
      const record = records.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES);
      const holds = schnorr.verify(record.subarray(0, 32), record.subarray(32, 64), record.subarray(64));
      verdicts[index] = holds ? 1 : 0;
    }
    parentPort!.postMessage(verdicts);
  });
}

interface Question {
  readonly event: NostrEvent;
  readonly resolve: (holds: boolean) => void;
}

function writeRecord(records: Buffer, index: number, { id, pubkey, sig }: NostrEvent): void {
  const at = index * RECORD_BYTES;
  records.write(id, at, 'hex');
  records.write(pubkey, at + 32, 'hex');
  records.write(sig, at + 64, 'hex');
}

class WorkerVerifier implements Verifier {
  readonly #worker: Worker;
  readonly #waiting: Question[] = [];
  readonly #inFlight: Question[][] = [];
  /** The thread has ended: what is asked from now on is verified here. */
  #isAlone = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (verdicts: Uint8Array) => this.#answer(verdicts));
    // Whether it crashed or was closed: signatures are then verified here, slower and just as strictly.
    worker.on('error', () => this.#carryOn());
    worker.on('exit', () => this.#carryOn());
  }

  verify(event: NostrEvent): boolean | Promise<boolean> {
    // The hash is cheap and needs the whole event; only its result travels to the thread.
    if (eventId(event) !== event.id) return false;
    if (this.#isAlone) return verifyEvent(event) !== undefined;
    return new Promise((resolve) => {
      this.#waiting.push({ event, resolve });
      this.#post();
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(): void {
    while (this.#waiting.length > 0 && this.#inFlight.length < BATCHES_IN_FLIGHT_MAX) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      const records = Buffer.alloc(batch.length * RECORD_BYTES);
      for (const [index, { event }] of batch.entries()) writeRecord(records, index, event);
      this.#inFlight.push(batch);
      this.#worker.postMessage(records);
    }
  }

  #answer(verdicts: Uint8Array): void {
    const batch = this.#inFlight.shift() ?? [];
    for (const [index, question] of batch.entries()) question.resolve(verdicts[index] === 1);
    this.#post();
  }

  #carryOn(): void {
    this.#isAlone = true;
    const open = [...this.#inFlight.splice(0).flat(), ...this.#waiting.splice(0)];
    for (const { event, resolve } of open) resolve(verifyEvent(event) !== undefined);
  }
}

/** A verifier with a thread of its own, which keeps the process alive until `close`. */
export function startVerifyWorker(): Verifier {
  return new WorkerVerifier(new Worker(new URL(import.meta.url), { workerData: ROLE }));
}
