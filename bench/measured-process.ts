// One process from start to end, with what it took: time by the clock, processor time, and the most memory it ever had.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PylonError } from '../protocol/errors.ts';

const MEGABYTE = 1_000_000;
const PROBE = new URL('./peak-memory.js', import.meta.url).href;

export interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
  readonly cpuSeconds: number;
  readonly stdout: string;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/**
 * Nothing of the caller's settings reaches it. The CLI is started by its file, as npx does, so that the flags in its first line count.
 * @param home its HOME. @param pylonHome its PYLON_HOME. @throws PylonError `internal` when it fails
 */
export async function measureProcess(
  command: string,
  args: readonly string[],
  { home, pylonHome }: { readonly home: string; readonly pylonHome: string },
): Promise<Measured> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PYLON_|OPENAI_|OLLAMA_|NODE_)/.test(name));
  const own = { HOME: home, PYLON_HOME: pylonHome, NODE_OPTIONS: `--import=${PROBE}` };
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...Object.fromEntries(kept), ...own },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const streams = [child.stdout, child.stderr, child.stdio[3]] as NodeJS.ReadableStream[];
  const texts = streams.map(textOf);
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - started) / 1_000;
  const [stdout = '', stderr = '', probe = ''] = await Promise.all(texts);
  if (code !== 0)
    throw new PylonError('internal', { value: stderr.slice(-500), reason: `the process ended with ${code}` });
  const [peakBytes = 0, cpuSeconds = 0] = probe.split(' ').map(Number);
  return { seconds, megabytes: peakBytes / MEGABYTE, cpuSeconds, stdout };
}
