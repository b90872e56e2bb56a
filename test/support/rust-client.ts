// rust-nostr's wasm client in a process of its own: its timers outlive its shutdown, and it wants a global
// WebSocket. Takes a relay URL, walks through its paces, prints one JSON line for each.
import {
  Client,
  Duration,
  type Event,
  EventBuilder,
  Filter,
  Keys,
  Kind,
  loadWasmSync,
  NostrSigner,
  Tag,
} from '@rust-nostr/nostr-sdk';
import { WebSocket } from 'ws';

/** What each line says. */
export interface RustStep {
  readonly step: 'published' | 'queried' | 'subscribed' | 'heard' | 'guarded' | 'deleted';
  /** Relays that accepted, for what was sent. */
  readonly accepted?: number;
  readonly contents?: string[];
}

function say(step: RustStep): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

async function run(url: string): Promise<void> {
  Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket });
  loadWasmSync();
  const keys = Keys.generate();
  const client = new Client(NostrSigner.keys(keys));
  client.automaticAuthentication(true);
  await client.addRelay(url);
  await client.connect();
  await client.waitForConnection(Duration.fromSecs(10));
  const mine = () => new Filter().author(keys.publicKey);
  const contents = async () => {
    const events: Event[] = (await client.fetchEvents(mine(), Duration.fromSecs(10))).toVec();
    return events.filter((event) => event.verify()).map(({ content }) => content);
  };
  const note = await client.sendEventBuilder(EventBuilder.textNote('hello from rust 🦀'));
  const id = note.id.toHex();
  say({ step: 'published', accepted: note.success.length });
  say({ step: 'queried', contents: await contents() });
  const heard = new Promise<string>((resolve) => {
    client.handleNotifications({
      handleEvent: async (_url, _subscription, event) => {
        resolve(event.content);
        return true;
      },
      handleMsg: async () => false,
    });
  });
  await client.subscribe(new Filter().hashtag('for-rust'));
  say({ step: 'subscribed' });
  say({ step: 'heard', contents: [await heard] });
  const guarded = new EventBuilder(new Kind(1), 'guarded').tags([Tag.parse(['-'])]);
  say({ step: 'guarded', accepted: (await client.sendEventBuilder(guarded)).success.length });
  const deletion = new EventBuilder(new Kind(5), 'deletion').tags([Tag.parse(['e', id])]);
  const deleted = await client.sendEventBuilder(deletion);
  say({ step: 'deleted', accepted: deleted.success.length, contents: (await contents()).sort() });
}

const [, script, url] = process.argv;
if (script === new URL(import.meta.url).pathname && url !== undefined) {
  await run(url);
  process.exit(0);
}
