// How the engines of a simulation are opened: a home, a connected wallet, prices high enough that a few chunks make a few
// payments, and time that runs fast.

import type { EngineOptions, RunRequest } from '../../node/engine/port.ts';
import { openIdentity } from '../../node/identity.ts';
import { realRandom } from '../../node/random.ts';
import { providerOptionsSchema, runOptionsSchema } from '../../node/settings/run-options.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { satsToMsat } from '../../protocol/money.ts';
import { type ScaledTime, scaledClock } from './scaled-clock.ts';

/** A run of the simulation's input costs some 13 sats at each of two providers: each is paid about twice in a run. */
const PRICE_BASE_MSAT = 4_321;
export const PAYOUT_THRESHOLD_SATS = 8;
const FEE_RESERVE_PPM = 10_000;
/** Nobody is refused for what a killed run has never acknowledged, unless a test is about that. */
const CREDIT_SATS = 1_000_000;
/** Of the input; at the least size of a chunk it is cut into six. */
const INPUT_BYTES = 6_000;
const CHUNK_BYTES = 1_024;

export interface EngineWanted {
  readonly home: string;
  readonly relayUrl: string;
  readonly walletUri: string;
  readonly time: ScaledTime;
  /** Sells on the relay under this name. */
  readonly providerName?: string;
  readonly notice?: (line: string) => void;
}

export function engineOptionsOf(wanted: EngineWanted): EngineOptions {
  const { home, relayUrl, walletUri, time, providerName, notice = () => undefined } = wanted;
  const random = realRandom();
  const identity = async (): Promise<KeyPair> => (await openIdentity(home, random)).keyPair;
  const sold = { price_base_msat: PRICE_BASE_MSAT, credit_sats: CREDIT_SATS, backend: 'extractive' };
  return {
    home,
    store: 'disk',
    identity,
    clock: scaledClock(time),
    random,
    environment: { PYLON_NWC: walletUri },
    notice,
    money: { hubRelays: [], payoutThresholdMsat: satsToMsat(PAYOUT_THRESHOLD_SATS), feeReservePpm: FEE_RESERVE_PPM },
    ...(providerName === undefined
      ? {}
      : { provider: providerOptionsSchema.parse({ ...sold, relays: [relayUrl], name: providerName }) }),
  };
}

/** What every run of a simulation is asked about. */
export function simulationInput(): string {
  const line = (index: number) => `${index} signal box ${(index * 7_919) % 1_000} reports quince weather\n`;
  let text = '';
  for (let index = 0; text.length < INPUT_BYTES; index++) text += line(index);
  return text;
}

/** @param relayUrl absent for the embedded default: own relay, own providers, own hub */
export function runRequestOf(relayUrl: string | undefined, inputPath: string): RunRequest {
  const relays = relayUrl === undefined ? [] : [relayUrl];
  const options = {
    relays,
    providers: 2,
    chunk_size: CHUNK_BYTES,
    fanout: 3,
    backend: 'extractive',
    budget_sats: 1_000,
  };
  return {
    query: 'Which signal box reports the weather?',
    files: [inputPath],
    options: runOptionsSchema.parse({ verify: 'none', ...options }),
  };
}
