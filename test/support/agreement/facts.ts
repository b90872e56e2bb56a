// The facts of test/fixtures/agreement: each in several wordings, some that deny it, some in which things have changed
// places, with slots that are filled from pools. The two halves share neither facts nor pools.
import { readFileSync } from 'node:fs';
import type { Dice } from './dice.ts';

export type Half = 'calibration' | 'held-out';

/** The files of facts. Each half was added to: what was once held out has been looked at by its figures. */
export const FACT_SETS = {
  calibration: { half: 'calibration', files: ['facts-calibration.txt', 'facts-calibration-2.txt'] },
  'held-out': { half: 'held-out', files: ['facts-held-out.txt'] },
  'calibration, second': { half: 'calibration', files: ['facts-calibration-3.txt'] },
  'held-out, second': { half: 'held-out', files: ['facts-held-out-2.txt'] },
} as const satisfies Readonly<Record<string, { half: Half; files: readonly string[] }>>;
export type FactSet = keyof typeof FACT_SETS;

export interface Fact {
  readonly topic: string;
  readonly same: readonly string[];
  readonly denied: readonly string[];
  readonly exchanged: readonly string[];
  /** Slot names, in order of appearance. */
  readonly slots: readonly string[];
}

const folder = new URL('../../../../test/fixtures/agreement/', import.meta.url);

export function readFacts(set: FactSet): Fact[] {
  const text = FACT_SETS[set].files.map((name) => readFileSync(new URL(name, folder), 'utf8').trim()).join('\n\n');
  return text.split(/\n\n+/).map((block) => {
    const [topic = '', ...lines] = block.split('\n');
    const marked = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
    const slots = [...new Set([...block.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!))];
    return { topic, same: marked('='), denied: marked('!'), exchanged: marked('~'), slots };
  });
}

const POOLS: Readonly<Record<Half, Readonly<Record<string, readonly string[]>>>> = {
  calibration: {
    host: ['node-3', 'node-7', 'web-01', 'db-02.internal', 'worker12', 'gw-east-1', 'alpha4', 'cache-5'],
    svc: ['nginx', 'auth-service', 'kubelet', 'redis', 'mail-service', 'ingester', 'scheduler-2', 'etcd'],
    ip: ['10.0.0.7', '10.0.4.21', '192.168.1.14', '172.16.3.9', '10.12.0.3', '192.168.40.2'],
    name: ['Alice', 'Bob', 'Carol', 'Nakamura', 'Fernández', 'Okafor', 'Lindqvist', 'Mrs. Adeyemi'],
    path: [
      '/etc/passwd',
      '/var/lib/data/index.db',
      'src/net/socket.c',
      '/srv/www/app.conf',
      'docs/setup.md',
      '/tmp/run.lock',
    ],
    code: ['open_channel', 'update_fee', 'INIT_ACK', 'E1042', 'query_range', 'ERR_STATE', 'node_announcement'],
    id: ['req-8841', 'req-1907', 'a81f03', 'job-52', 'TX90311', 'msg-77120'],
    sym: ['parse_header', 'readConfig', 'TestRetryLimit', 'flush_queue', 'initLogger', 'close_stream'],
    file: ['main.c', 'parser.go', 'lib/util.ts', 'codec.h', 'server.rs', 'tables.py'],
    pkg: ['libxml2', 'left-pad', 'numpy', 'openssl', 'zlib', 'cmake'],
    opt: ['max_open_files', '--timeout', 'retry_limit', 'cache.size', 'logLevel', 'poll_interval'],
    city: ['Hamburg', 'Lyon', 'Osaka', 'Tampere', 'Bergen', 'Quito'],
    branch: ['feature/login', 'release-2.4', 'fix-4411', 'hotfix/cache'],
    iface: ['eth0', 'eth1', 'wlan0'],
    flag: ['-Wall', '--strict', '-O2', '--no-cache'],
  },
  'held-out': {
    host: ['srv-11', 'srv-42', 'mx1.example.org', 'storage-8', 'edge-paris-2', 'hv07', 'compute-19', 'proxy-b'],
    svc: ['postgres', 'haproxy', 'billing-service', 'fluentd', 'search-service', 'rabbitmq', 'indexer-3', 'vault'],
    ip: ['10.9.8.7', '10.200.1.15', '192.168.77.30', '172.20.0.4', '10.1.1.250', '192.168.5.66'],
    name: ['Dana', 'Erik', 'Fatima', 'Kowalski', 'Müller', 'Sørensen', 'Papadopoulos', 'Mr. Whitlock'],
    path: [
      '/usr/share/keys',
      '/opt/app/settings.yaml',
      'pkg/store/log.go',
      '/home/ops/report.csv',
      'infra/main.tf',
      '/boot/grub.cfg',
    ],
    code: ['commitment_signed', 'gossip_ping', 'HELLO_ACK', 'E2077', 'fetch_batch', 'ERR_LEASE', 'channel_ready'],
    id: ['order-5513', 'order-2290', 'c04e77', 'task-918', 'INV20417', 'evt-60031'],
    sym: ['write_block', 'loadProfile', 'TestShardMove', 'drain_pool', 'startWorker', 'open_cursor'],
    file: ['engine.c', 'router.go', 'src/view.ts', 'frame.h', 'store.rs', 'plots.py'],
    pkg: ['libcurl', 'is-odd', 'pandas', 'boringssl', 'bzip2', 'meson'],
    opt: ['max_body_bytes', '--interval', 'backoff_limit', 'queue.depth', 'traceLevel', 'scan_window'],
    city: ['Leipzig', 'Nantes', 'Sapporo', 'Oulu', 'Malmö', 'Lima'],
    branch: ['feature/export', 'release-7.1', 'fix-902', 'hotfix/index'],
    iface: ['ens3', 'enp2s0', 'bond1'],
    flag: ['-Wextra', '--pedantic', '-O3', '--offline'],
  },
};
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Values of a fact's slots. */
export type Values = Readonly<Record<string, string>>;

/** Which pool a slot draws from: "host2" from `host`. */
export function poolOf(slot: string): string {
  return slot.replace(/\d+$/, '');
}

function drawOne(slot: string, half: Half, dice: Dice): string {
  const pool = poolOf(slot);
  if (pool === 'n' || pool === 'm') return String(dice.whole(3, dice.chance(0.3) ? 9_000 : 98));
  if (pool === 'time') return `${String(dice.whole(0, 23)).padStart(2, '0')}:${String(dice.whole(10, 59))}`;
  if (pool === 'ver') return `${dice.whole(0, 9)}.${dice.whole(0, 30)}.${dice.whole(0, 12)}`;
  if (pool === 'hash')
    return Array.from({ length: 8 }, () => dice.pick([...'0123456789abcdef']))
      .join('')
      .replace(/^../, 'e7');
  if (pool === 'date')
    return `20${dice.whole(19, 26)}-${String(dice.whole(1, 12)).padStart(2, '0')}-${String(dice.whole(10, 28))}`;
  return dice.pick(POOLS[half][pool] ?? []);
}

const DRAWS_MAX = 20;

/** Values for the slots, all different from each other and from `not`. */
export function drawValues(slots: readonly string[], half: Half, dice: Dice, not: readonly string[] = []): Values {
  const values: Record<string, string> = {};
  for (const slot of slots) {
    let value = drawOne(slot, half, dice);
    // A pool may be too small for all facts of a text; within one fact all things are different.
    for (let tries = 0; Object.values(values).includes(value) || (not.includes(value) && tries < DRAWS_MAX); tries++)
      value = drawOne(slot, half, dice);
    values[slot] = value;
  }
  // "n of m" and "from n to m": the part is the smaller one.
  if (values.n !== undefined && values.m !== undefined && Number(values.n) > Number(values.m))
    [values.n, values.m] = [values.m, values.n];
  return values;
}

/** The sentence with its slots filled. `loose`: dates and big numbers may be written in another way. */
export function fill(wording: string, values: Values, dice: Dice, loose = false): string {
  return wording.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = values[slot] ?? '';
    if (!loose) return value;
    if (poolOf(slot) === 'date' && dice.chance(0.4)) {
      const [year = '', month = '', day = ''] = value.split('-');
      return dice.pick([`${MONTHS[Number(month) - 1]} ${day}, ${year}`, `${day} ${MONTHS[Number(month) - 1]} ${year}`]);
    }
    if (/^\d{4}$/.test(value) && dice.chance(0.4)) return `${value[0]},${value.slice(1)}`;
    return value;
  });
}
