// Results that are not what they say: copied, replayed, re-addressed, re-sealed, re-ordered, changed. Each is made of genuine parts
// with real keys and seals, by somebody who knows more than anybody could on the wire.
import type { NostrEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { seededKeys } from './keys.ts';
import { type OpenJob, ResultGate } from './result-gate.ts';
import { seededRandom } from './seeded-random.ts';

/** `target` is the open job that it is meant to be taken for, `other` another one. */
type Forgery = (gate: ResultGate, target: OpenJob, other: OpenJob, stranger: KeyPair, pick: () => number) => NostrEvent;

/** What those can do who have not the key of the provider asked: they may try as often as they like. */
const BY_STRANGERS: Readonly<Record<string, Forgery>> = {
  'copied: the body of the provider asked, signed by another': (gate, { request, body }, _other, stranger) =>
    gate.result(request, body, stranger),
  'copied: the sealed content of the provider asked, signed by another': (gate, target, _other, stranger) =>
    gate.result(target.request, target.body, stranger, target.provider),
  're-addressed: a genuine result, its request changed and its signature kept': (gate, target, other) => {
    const genuine = gate.result(other.request, other.body, other.provider);
    return { ...genuine, tags: gate.frame(target.request, '').tags };
  },
  're-addressed: a genuine result, for somebody else': (gate, target, _other, stranger) => {
    const { tags, ...rest } = gate.frame(target.request, target.provider.sealFor(gate.asker, target.body));
    const others = tags.map((tag) => (tag[0] === 'p' ? ['p', stranger.publicKey] : tag));
    return target.provider.sign({ ...rest, tags: others });
  },
  're-sealed: by a stranger, in the name of the provider asked': (gate, target, _other, stranger) => ({
    ...gate.result(target.request, target.body, stranger),
    pubkey: target.provider.publicKey,
  }),
  'changed: one character of the signature': (gate, target, _other, _stranger, pick) => {
    const genuine = gate.result(target.request, target.body, target.provider);
    return { ...genuine, sig: flipped(genuine.sig, pick()) };
  },
  'changed: one character of the content': (gate, target, _other, _stranger, pick) => {
    const genuine = gate.result(target.request, target.body, target.provider);
    return { ...genuine, content: flipped(genuine.content, pick()) };
  },
};

/** What only the provider asked can do: it has one try for each job, and no better result will come. */
const BY_THE_PROVIDER: Readonly<Record<string, Forgery>> = {
  'replayed: the body of an earlier job of its own': (gate, target, other) =>
    gate.result(target.request, other.body, target.provider),
  'replayed: with the request of this job, the nonce of another': (gate, target, other) =>
    gate.result(target.request, changed(target, { nonce: fieldOf(other, 'nonce') }), target.provider),
  're-ordered: the request of another job inside': (gate, target, other) =>
    gate.result(target.request, changed(target, { request_id: other.request.id }), target.provider),
  'copied: the body that another provider made for its own job': (gate, target, other) =>
    gate.result(target.request, changed(other, { request_id: target.request.id }), target.provider),
  're-sealed: a body that names another provider': (gate, target, _other, stranger) =>
    gate.result(target.request, changed(target, { provider: stranger.publicKey }), target.provider),
  're-sealed: content that another sealed': (gate, target, _other, stranger) =>
    gate.result(target.request, target.body, target.provider, stranger),
  'changed: another output under the hash of this one': (gate, target, other) =>
    gate.result(target.request, changed(target, { output: JSON.parse(other.body).output }), target.provider),
};

function flipped(text: string, draw: number): string {
  const at = draw % text.length;
  const swap = text[at] === 'a' ? 'b' : 'a';
  return text.slice(0, at) + swap + text.slice(at + 1);
}

function fieldOf(job: OpenJob, field: string): unknown {
  return JSON.parse(job.body)[field];
}

function changed(job: OpenJob, change: object): string {
  return JSON.stringify({ ...JSON.parse(job.body), ...change });
}

export interface ForgeryCount {
  forged: number;
  /** Forgeries that were believed, by what they were. */
  readonly accepted: string[];
  /** Genuine results that were refused: the gates must let the true ones through. */
  readonly refused: string[];
  readonly byKind: Map<string, number>;
}

const PROVIDERS = 7;
/** Jobs that are open at a time: five of each provider. */
const OPEN = 5 * PROVIDERS;
/** What a provider can mix up only with its own jobs. */
const OWN = /^(replayed|re-ordered)/;

async function round(gate: ResultGate, providers: readonly KeyPair[], draw: () => number, count: ForgeryCount) {
  const jobs = Array.from({ length: OPEN }, (_, index) => gate.open(providers[index % PROVIDERS]!));
  const pick = () => Math.floor(draw() * 1e6);
  const counted = (kind: string) => {
    count.forged++;
    count.byKind.set(kind, (count.byKind.get(kind) ?? 0) + 1);
  };
  const forge = (kind: string, make: Forgery, index: number) => {
    const away = 1 + Math.floor(draw() * (PROVIDERS - 1));
    const stranger = providers[(index + away) % PROVIDERS]!;
    gate.send(make(gate, jobs[index]!, jobs[(index + (OWN.test(kind) ? PROVIDERS : away)) % OPEN]!, stranger, pick));
    counted(kind);
  };
  for (const [index, job] of jobs.entries()) {
    for (const [kind, make] of Object.entries(BY_STRANGERS)) forge(kind, make, index);
    if (index % 2 === 0) {
      const [kind, make] = Object.entries(BY_THE_PROVIDER)[pick() % Object.keys(BY_THE_PROVIDER).length]!;
      forge(kind, make, index);
      await settledOf(job);
      if (job.state !== 'refused') count.accepted.push(kind);
    }
  }
  for (const [index, job] of jobs.entries()) {
    if (index % 2 === 0) continue;
    if (job.state !== 'open') count.accepted.push(`${job.state} before its result came: ${job.refusal}`);
    const genuine = gate.result(job.request, job.body, job.provider);
    gate.send(genuine);
    await settledOf(job);
    if (job.state !== 'accepted') count.refused.push(job.refusal);
    const { output } = job;
    gate.send(genuine);
    counted('replayed: the genuine result, once more');
    gate.send(gate.result(job.request, changed(job, { output: {} }), job.provider));
    counted('re-sealed: a second result, after the first');
    await settledOf(job);
    if (job.output !== output) count.accepted.push('a second result replaced the first');
  }
}

/** A job settles within a few turns of the promises, or not at all. */
async function settledOf(job: OpenJob): Promise<void> {
  for (let turn = 0; turn < 8 && job.state === 'open'; turn++) await null;
}

/** Forges at least so many results against jobs that are open. */
export async function forgeResults(seed: number, least: number): Promise<ForgeryCount> {
  const gate = new ResultGate(`forged ${seed}`);
  const providers = seededKeys(...Array.from({ length: PROVIDERS }, (_, index) => `forged ${seed} ${index}`));
  const { fraction } = seededRandom(seed);
  const count: ForgeryCount = { forged: 0, accepted: [], refused: [], byKind: new Map() };
  while (count.forged < least) await round(gate, providers, fraction, count);
  return count;
}
