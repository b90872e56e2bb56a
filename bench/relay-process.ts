// A relay in a process of its own for the benchmarks: prints its URL, lives until its standard input ends.
// With `--no-verify` it believes every signature: the limit that verification is measured against.
import '../node/v8-flags.ts';
import { randomBytes } from 'node:crypto';
import { Relay } from '../node/relay/server.ts';
import { inThreadVerifier, noVerifier } from '../node/relay/verifier.ts';

const relay = await Relay.start({
  clock: Date.now,
  randomBytes,
  verifier: process.argv.includes('--no-verify') ? noVerifier : inThreadVerifier,
});
process.stdout.write(`${relay.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => void relay.close());
