// What the fake wallet writes down before it says anything, one JSON line each, synced: the truth that every other book
// of a simulation is held against.
import { existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Trouble } from './wallet-troubles.ts';

/** All times in unix milliseconds of the simulation. */
export type WalletEntry =
  /** A process of the wallet serves from now on. */
  | { readonly what: 'up'; readonly atMs: number }
  | {
      readonly what: 'invoice';
      readonly hash: string;
      readonly preimage: string;
      readonly invoice: string;
      readonly amountMsat: number;
      readonly payee: string;
      readonly createdMs: number;
      readonly expiresMs: number;
    }
  | {
      readonly what: 'asked';
      /** Id of the request event. */
      readonly request: string;
      readonly payer: string;
      readonly hash: string;
      readonly trouble: Trouble;
      readonly atMs: number;
      /** When it is really paid, if the wallet lives then and the invoice holds. */
      readonly payAtMs?: number;
      /** From when on a lookup by the payer tells the truth. */
      readonly visibleAtMs: number;
    }
  | {
      readonly what: 'paid';
      readonly hash: string;
      readonly payer: string;
      readonly payee: string;
      readonly amountMsat: number;
      readonly feeMsat: number;
      readonly atMs: number;
    };

export type Entry<What extends WalletEntry['what']> = Extract<WalletEntry, { what: What }>;

/** Everything written so far. Each line is one write, so a kill leaves it whole or not at all. */
export function readWalletLog(path: string): WalletEntry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WalletEntry);
}

export class WalletLog {
  readonly #handle: number;

  constructor(path: string) {
    this.#handle = openSync(path, 'a', 0o600);
  }

  /** On disk when this returns. */
  append(entry: WalletEntry): void {
    writeSync(this.#handle, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#handle);
  }
}
