// Two homes: one with runs to send, one with a door that takes them, and a proxy between them.
import { Exporter } from '../../ledger/export/exporter.ts';
import type { RedactionRules } from '../../ledger/redact/rules.ts';
import { realClock } from '../../node/clock.ts';
import { endpointOf } from '../../node/sync/address.ts';
import { openDoor, type SyncSettings } from '../../node/sync/door.ts';
import { Poster } from '../../node/sync/post.ts';
import { runLines } from '../../node/sync/run-lines.ts';
import { Sender, type Synced } from '../../node/sync/sender.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ByteProxy } from './byte-proxy.ts';
import { REDACTION_KEY, textOf } from './exported.ts';
import { seededKeys } from './keys.ts';
import { promptTimer } from './prompt-timer.ts';
import { seededRandom } from './seeded-random.ts';
import { openTestLedger, type TestLedger } from './test-ledger.ts';

interface Test {
  teardown(undo: () => Promise<void>): void;
}

/** The file of a run as a ledger exports it. */
export function fileOf({ runs }: TestLedger, run: string, rules: RedactionRules): Promise<string> {
  const exporter = new Exporter({ history: runs, key: async () => REDACTION_KEY, version: '1' });
  return exporter.file({ scope: { run }, format: 'jsonl', rules }).then(({ pieces }) => textOf(pieces));
}

export const [SENDER, STRANGER] = seededKeys('sender', 'stranger') as [
  ReturnType<typeof seededKeys>[number],
  ReturnType<typeof seededKeys>[number],
];

/** A door before a ledger of its own, behind a proxy. */
export async function openReceiver(t: Test, settings: Partial<SyncSettings> = {}) {
  const ledger = await openTestLedger(t);
  const proxy = await ByteProxy.start();
  const logged: string[] = [];
  const door = await openDoor({
    allow: [SENDER.publicKey],
    listen: { host: '127.0.0.1', port: 0 },
    url: proxy.url,
    quotaMb: 64,
    ...settings,
    home: ledger.home,
    clock: realClock(),
    log: (line) => logged.push(line),
    receive: (key, delivery, quotaBytes) => ledger.foreign.take(key, delivery, quotaBytes),
  });
  proxy.targetPort = door.port;
  t.teardown(() => proxy.close());
  t.teardown(() => door.close());
  return { ledger, proxy, door, logged, endpoint: endpointOf(door.url) };
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>;

/** Commits a run, with the payloads that its events name. */
export async function commitRun(
  { journal }: TestLedger,
  events: readonly TraceEvent[],
  payloads: readonly string[] = [],
) {
  for (const text of payloads) journal.keepBlob(sha256Hex(text), Buffer.from(text));
  await journal.commit(events);
  await journal.flush();
}

/** One sync of one run, that waits for nothing between its attempts. */
export async function syncRun(
  from: TestLedger,
  { endpoint }: Pick<Receiver, 'endpoint'>,
  run: string,
  rules: RedactionRules,
  keys = SENDER,
): Promise<Synced> {
  const clock = realClock();
  const random = seededRandom(clock.now());
  const poster = new Poster({ endpoint, keys, clock, random });
  const exporter = new Exporter({ history: from.runs, key: async () => REDACTION_KEY, version: '1' });
  const { pieces } = await exporter.file({ scope: { run }, format: 'jsonl', rules });
  try {
    return await Sender.send({ poster, clock: promptTimer, random }, run, runLines(pieces, run));
  } finally {
    poster.close();
  }
}
