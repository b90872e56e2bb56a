// A relay cut 50 times during a 1,000-job run: nothing may be lost, nothing done twice. Takes a seed as argument;
// without one it takes the time and prints it. Run: node out/test/torture/relay-cuts.js [seed]
import { runThroughCuts } from '../support/relay-cuts.ts';

export async function main(seed: number): Promise<boolean> {
  const startedAt = performance.now();
  const outcome = await runThroughCuts({ jobs: 1_000, cuts: 50, seed, providers: 3, inFlight: 32 });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const { answered, lost, executedTwice, cuts } = outcome;
  process.stdout.write(
    `relay-cuts seed ${seed}: ${answered} answered, ${lost.length} lost, ${executedTwice} executed twice, ${cuts} cuts, ${seconds} s\n`,
  );
  for (const line of lost) process.stdout.write(`  ${line}\n`);
  return lost.length === 0 && executedTwice === 0 && answered === 1_000;
}

if (process.argv[1]?.endsWith('relay-cuts.js') === true)
  process.exitCode = (await main(Number(process.argv[2] ?? Date.now() % 1_000_000))) ? 0 : 1;
