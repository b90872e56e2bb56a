// What a conformance check works with: the relay, fresh connections, two identities, and events of the
// relay's own time.
import type { Test } from 'tap';
import type { EventTemplate, NostrEvent } from '../../../../protocol/event.ts';
import type { KeyPair } from '../../../../protocol/keypair.ts';
import { KIND_AUTH } from '../../../../protocol/kinds.ts';
import { seededKeys } from '../../../support/keys.ts';
import { RelayClient } from '../../../support/relay-client.ts';

export interface RelayUnderTest {
  readonly url: string;
  /** The relay's clock, unix seconds. */
  readonly now: () => number;
  /** Moves the relay's clock; without it nothing expires during the test. */
  readonly advance?: (seconds: number) => void;
  /** Makes this run's keys its own, where the relay outlives the run. */
  readonly seed?: string;
}

/** What a check works with: fresh connections, two identities, and events of the relay's own time. */
export class Bench {
  readonly relay: RelayUnderTest;
  readonly alice: KeyPair;
  readonly bob: KeyPair;
  readonly #t: Test;
  static #count = 0;

  constructor(t: Test, relay: RelayUnderTest) {
    Bench.#count += 1;
    const seed = `${relay.seed ?? ''}${Bench.#count}`;
    [this.alice, this.bob] = seededKeys(`alice ${seed}`, `bob ${seed}`) as [KeyPair, KeyPair];
    this.relay = relay;
    this.#t = t;
  }

  async client(): Promise<RelayClient> {
    const client = await RelayClient.connect(this.relay.url);
    this.#t.teardown(() => client.close());
    return client;
  }

  make(template: Partial<EventTemplate> = {}, keys = this.alice): NostrEvent {
    return keys.sign({ kind: 1, created_at: this.relay.now(), tags: [], content: '', ...template });
  }

  authTemplate(challenge: string, changes: Partial<EventTemplate> = {}): EventTemplate {
    const tags = [
      ['relay', this.relay.url],
      ['challenge', challenge],
    ];
    return { kind: KIND_AUTH, created_at: this.relay.now(), tags, content: '', ...changes };
  }
}

export type Check = (t: Test, bench: Bench) => Promise<void>;
export type Checks = Record<string, Check>;
