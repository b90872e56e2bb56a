// The pattern engine of this process, loaded when somebody first searches: a command that does not must not wait for it.
import type { RegexEngine } from '../conductor/predict/rlm/world.ts';

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export async function loadPatterns(): Promise<RegexEngine> {
  const { linearRegex } = await import('../conductor/predict/rlm/regex/linear-regex.ts');
  return linearRegex({ now: () => performance.now(), cpu: cpuMs });
}
