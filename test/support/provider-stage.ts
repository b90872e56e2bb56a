// A real provider on a real relay, a customer that the test plays itself, and backends that do as they are told.
import type { Test } from 'tap';
import type { Backend } from '../../conductor/ports.ts';
import type { ProviderOptions } from '../../node/swarm/provider.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { encodeJobBody, encodeJobRequest, type JobRequest } from '../../protocol/job.ts';
import { msat } from '../../protocol/money.ts';
import { eventually, jobRequest, newKeys, quotingBackend, Swarm } from './swarm.ts';

const now = () => Math.floor(Date.now() / 1_000);

/** A real provider, and a customer that the test plays itself. */
export async function stage(t: Test, options: Partial<ProviderOptions> = {}) {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const providerKeys = options.keys ?? newKeys();
  const lines: string[] = [];
  const provider = await swarm.provider({ keys: providerKeys, log: (line) => lines.push(line), ...options });
  const customer = newKeys();
  const pool = swarm.pool();
  const answers: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [6940, 6050, 7000], authors: [providerKeys.publicKey] }], {
    onEvent: (event) => answers.push(event),
  });
  await pool.ready();
  const sealed = (change: Partial<JobRequest> = {}, bidMsat = 1_000, by = customer): VerifiedEvent => {
    const body = encodeJobBody(jobRequest(change.text ?? 'one line\nanother', change));
    const envelope = { provider: providerKeys.publicKey, bidMsat: msat(bidMsat), relays: [swarm.relay.url] };
    const times = { createdAt: now(), expiresAt: now() + 60 };
    return by.sign(encodeJobRequest(by.sealFor(providerKeys.publicKey, body), { ...envelope, ...times }));
  };
  const send = async (event: VerifiedEvent) => {
    await pool.publish(event);
    return event;
  };
  const answersTo = (request: VerifiedEvent) => answers.filter((answer) => tagValue(answer, 'e') === request.id);
  const answer = async (request: VerifiedEvent) => {
    await eventually('an answer', () => answersTo(request).length > 0);
    return answersTo(request)[0]!;
  };
  const status = (event: VerifiedEvent) => (event.tags.find(([name]) => name === 'status') ?? []).slice(1).join(' ');
  const ask = async (event: VerifiedEvent) => status(await answer(await send(event)));
  const open = (event: VerifiedEvent) => customer.openFrom(providerKeys.publicKey, event.content);
  return {
    swarm,
    provider,
    providerKeys,
    customer,
    pool,
    lines,
    answers,
    sealed,
    send,
    answer,
    answersTo,
    status,
    ask,
    open,
  };
}

/** A backend whose jobs end when the test says so. */
export function held() {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const backend = quotingBackend(({ text }, signal) => {
    started.push(text);
    return new Promise<void>((resolve, reject) => {
      ends.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  const release = () => {
    for (const end of ends.splice(0)) end();
  };
  return { backend, started, release };
}

export function failing(thrown: unknown): Backend {
  return {
    name: 'failing',
    async predict() {
      throw thrown;
    },
  };
}

export function returning(output: unknown): Backend {
  const usage = { calls: 1, input_tokens: 10, output_tokens: 5 };
  return {
    name: 'returning',
    async predict() {
      return { output: output as never, usage, repairs: 0 };
    },
  };
}
