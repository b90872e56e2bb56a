// Makes build logs of any size for measurements: lines as compilers and test runners write them, seeded, and no
// two alike, because identical chunks are asked only once and would flatter the figures.
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../bench/.data/', import.meta.url));
const MODULES = ['core', 'net', 'storage', 'crypto', 'ui', 'scheduler', 'parser', 'metrics'];
const VERBS = ['read', 'open', 'flush', 'resolve', 'encode', 'merge', 'compact', 'render'];
const CAUSE =
  'ld: error: undefined symbol: lz4_stream_reset_v2, needed by storage/block_writer.o (liblz4 1.8 was found first)';

/** Numbers that depend on the seed alone (a 32-bit linear congruential generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

function line(index: number, next: (below: number) => number): string {
  const module = MODULES[next(MODULES.length)]!;
  const verb = VERBS[next(VERBS.length)]!;
  const time = new Date(1_700_000_000_000 + index * 37).toISOString();
  const file = `${module}/${verb}_${next(900)}.cc`;
  switch (next(10)) {
    case 0:
      return `${time} [${index}] ${file}:${next(2_000)}:${next(90)}: warning: unused variable 'tmp${next(400)}' [-Wunused]`;
    case 1:
      return `${time} [${index}] test ${module}.${verb}_${next(3_000)} ... ok (${next(900)} ms)`;
    case 2:
      return `${time} [${index}] note: candidate function not viable: requires ${next(9)} arguments, but ${next(9)} were given`;
    default:
      return `${time} [${index}] c++ -O2 -Iinclude/${module} -c ${file} -o build/${module}/${verb}_${index.toString(16)}.o`;
  }
}

/** Path of a log of about `bytes` bytes; made once and kept. The cause of the failure stands at seven tenths of it. */
export function buildLog(bytes: number): string {
  const path = join(FOLDER, `build-${bytes}.log`);
  if (existsSync(path) && statSync(path).size >= bytes) return path;
  mkdirSync(FOLDER, { recursive: true });
  const file = openSync(path, 'w');
  const next = numbers(bytes);
  let told = false;
  let written = 0;
  for (let index = 0; written < bytes; ) {
    const lines: string[] = [];
    for (let end = index + 1_000; index < end; index++) lines.push(line(index, next));
    if (!told && written > bytes * 0.7) lines.push(CAUSE, `make: *** [Makefile:${next(300)}: storage] Error 1`);
    told ||= written > bytes * 0.7;
    written += writeSync(file, `${lines.join('\n')}\n`);
  }
  closeSync(file);
  return path;
}
