// Follows one run of a daemon over its WebSocket: every event once, in order, across as many connections as it takes.
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock, Random } from '../../conductor/ports.ts';
import { isErrorCode, PylonError, toPylonError } from '../../protocol/errors.ts';
import { isFinalEnd } from '../../protocol/run-end.ts';
import { type TraceEvent, traceEventSchema } from '../../protocol/trace.ts';
import type { ApiAddress } from './client.ts';
import { errorSchema } from './schemas.ts';

/** Failed connections in a row before the daemon counts as gone. */
const ATTEMPTS_MAX = 6;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 3_000;
/** RunInit holds the question, RunDone the answer; both are bounded well below this. */
const MESSAGE_BYTES_MAX = 16_777_216;

export interface Hearing {
  readonly onEvent: (event: TraceEvent) => void;
  /** The run is over; nothing follows. */
  readonly onEnd: () => void;
  /** Called at most once; nothing follows it. */
  readonly onFailure: (error: PylonError) => void;
}

export interface Following extends Hearing {
  readonly address: ApiAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly runId: string;
  readonly fromSeq: number;
}

const messageSchema = z.union([
  z.object({ type: z.literal('trace_events'), events: z.array(traceEventSchema) }),
  z.object({ type: z.literal('error'), error: errorSchema.shape.error }),
  z.object({ type: z.enum(['hello', 'subscribed', 'authenticated', 'resynchronised', 'ended']) }),
]);

function unreachable({ port }: ApiAddress): PylonError {
  return new PylonError('daemon-unreachable', { value: `127.0.0.1:${port}` });
}

/** @returns a function that stops following */
export function followRun(following: Following): () => void {
  const { address, clock, random, runId, onEvent, onEnd, onFailure } = following;
  let nextSeq = following.fromSeq;
  let failures = 0;
  let over = false;
  let socket: WebSocket | undefined;
  let cancelRetry: () => void = () => undefined;

  const stop = () => {
    over = true;
    cancelRetry();
    socket?.terminate();
  };
  const end = () => {
    stop();
    onEnd();
  };
  const fail = (error: PylonError) => {
    if (over) return;
    stop();
    onFailure(error);
  };
  const hear = (event: TraceEvent) => {
    if (over || event.seq < nextSeq) return;
    failures = 0;
    nextSeq = event.seq + 1;
    onEvent(event);
    if (isFinalEnd(event)) end(); // an interrupted run may have been resumed: the daemon says when it is over
  };
  const subscribe = () => socket?.send(JSON.stringify({ type: 'subscribe', run_id: runId, from_seq: nextSeq }));
  const receive = (text: string) => {
    const message = messageSchema.parse(JSON.parse(text));
    if (message.type === 'error') {
      const { code, reason, next } = message.error;
      throw new PylonError(isErrorCode(code) ? code : 'internal', { reason, next });
    }
    if (message.type === 'ended') return end();
    // We were too slow. Nothing is lost: what the daemon does not keep for us it reads from its store.
    if (message.type === 'resynchronised') return subscribe();
    if (message.type === 'trace_events') for (const event of message.events) hear(event);
  };
  const retry = () => {
    if (over) return;
    failures++;
    if (failures >= ATTEMPTS_MAX) return fail(unreachable(address));
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures) * (0.5 + random.fraction() / 2);
    cancelRetry = clock.after(waitMs, connect);
  };
  const connect = () => {
    const connection = new WebSocket(`ws://127.0.0.1:${address.port}/ws`, {
      headers: { authorization: `Bearer ${address.token}` },
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
    });
    socket = connection;
    connection.on('open', subscribe);
    connection.on('message', (data) => {
      if (over) return;
      try {
        receive(String(data));
      } catch (thrown) {
        fail(toPylonError(thrown));
      }
    });
    connection.on('error', () => connection.terminate()); // `close` follows and decides whether to try again
    connection.on('close', retry);
  };
  connect();
  return stop;
}
