import { request } from 'node:http';
import t from 'tap';
import { NO_REDACTION } from '../../../ledger/redact/rules.ts';
import { Admission, REQUESTS_PER_KEY_MAX } from '../../../node/sync/admission.ts';
import { bodyOf } from '../../../node/sync/delivery.ts';
import { sha256Hex } from '../../../protocol/event.ts';
import { signRequest } from '../../../protocol/http-auth.ts';
import type { KeyPair } from '../../../protocol/keypair.ts';
import { CHAIN_BEGIN, SYNC_BODY_BYTES_MAX, SYNC_LINES_MAX, type SyncHeader } from '../../../protocol/sync.ts';
import { commitRun, openReceiver, type Receiver, SENDER, STRANGER, syncRun } from '../../support/sync-stage.ts';
import { collect, openTestLedger } from '../../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../../support/traces.ts';

const RUN = runIdOf(1);
const HEADER: SyncHeader = { v: 1, run: RUN, from_seq: 0, prefix: CHAIN_BEGIN, offers: [] };
const LINES = traceOf().map((event) => JSON.stringify(event));
const nowSeconds = () => Math.floor(Date.now() / 1_000);
let nonce = 0;

interface Change {
  readonly keys?: KeyPair;
  readonly signedUrl?: string;
  readonly signedMethod?: string;
  readonly signedBody?: Buffer;
  readonly createdAt?: number;
  readonly authorization?: string;
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
}

function signed(endpoint: string, body: Buffer, change: Change = {}): string {
  const { keys = SENDER, signedUrl = endpoint, signedMethod = 'POST', signedBody = body } = change;
  const asked = { url: signedUrl, method: signedMethod, payloadHash: sha256Hex(signedBody) };
  return signRequest(keys, asked, String(nonce++), change.createdAt ?? nowSeconds());
}

function send({ endpoint }: Receiver, body: Buffer, change: Change = {}) {
  const authorization = change.authorization ?? signed(endpoint, body, change);
  const { path = new URL(endpoint).pathname, method = 'POST', type = 'application/jsonl' } = change;
  const headers = { authorization, 'content-type': type };
  return new Promise<{ status: number; code: string; json: Record<string, unknown> }>((resolve, reject) => {
    const outgoing = request(new URL(path, endpoint), { method, headers, agent: false }, async (incoming) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part);
      const text = Buffer.concat(parts).toString();
      const json = text === '' ? {} : JSON.parse(text);
      resolve({ status: incoming.statusCode ?? 0, code: json.error?.code ?? '', json });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

t.test(
  'only what an allowed key signed for this address, method, body and minute is served, and only once',
  async (t) => {
    const to = await openReceiver(t);
    const body = bodyOf(HEADER, LINES);
    const refuses = async (change: Change, status: number, code: string, what: string) =>
      t.match(await send(to, body, change), { status, code }, what);
    await refuses({ authorization: '' }, 401, 'signature-refused', 'no signature');
    await refuses({ createdAt: nowSeconds() - 62 }, 401, 'signature-refused', 'expired');
    await refuses({ createdAt: nowSeconds() + 63 }, 401, 'signature-refused', 'of the future');
    await refuses({ signedUrl: 'https://elsewhere/api/runs/sync' }, 401, 'signature-refused', 'another address');
    await refuses({ signedMethod: 'GET' }, 401, 'signature-refused', 'another method');
    await refuses({ signedBody: Buffer.from('x') }, 401, 'signature-refused', 'another body');
    await refuses({ keys: STRANGER }, 403, 'key-refused', 'a stranger');
    const authorization = signed(to.endpoint, body);
    t.match(await send(to, body, { authorization }), { status: 200, json: { next_seq: LINES.length, complete: true } });
    await refuses({ authorization }, 401, 'signature-refused', 'shown twice');
    t.same(to.logged, []);
  },
);

t.test('the door leads to one room: nothing of the API, no other method, no other kind of body', async (t) => {
  const to = await openReceiver(t);
  const body = bodyOf(HEADER, LINES);
  for (const path of ['/', '/api/runs', '/api/health', '/rlm', '/api/runs/sync/../../session'])
    t.equal((await send(to, body, { path })).status, 404, path);
  t.equal((await send(to, Buffer.alloc(0), { method: 'GET' })).status, 404);
  t.equal((await send(to, body, { type: 'application/json' })).status, 400);
  const long = '/api/rlm/runs/sync';
  const there = to.endpoint.replace('/api/runs/sync', long);
  t.equal((await send(to, body, { path: long, signedUrl: there })).status, 200, 'its longer name');
});

t.test(
  'gaps, forged beginnings, events of other runs, unnamed payloads and nonsense are refused and leave nothing',
  async (t) => {
    const to = await openReceiver(t);
    const refuses = async (header: SyncHeader, lines: readonly string[], status: number, what: string) =>
      t.equal((await send(to, bodyOf(header, lines))).status, status, what);
    await refuses({ ...HEADER, from_seq: 3 }, LINES.slice(3), 422, 'a gap');
    await refuses({ ...HEADER, prefix: 'ab'.repeat(32) }, LINES, 409, 'a forged beginning');
    await refuses(HEADER, [...LINES.slice(0, 2), LINES[3]!], 422, 'a hole inside');
    await refuses({ ...HEADER, run: runIdOf(2) }, LINES, 422, 'another run');
    await refuses({ ...HEADER, run: 'nonsense' }, LINES, 400, 'no run id');
    await refuses(HEADER, ['{"v":1}'], 422, 'no event');
    await refuses(HEADER, [`${LINES[0]!.slice(0, -1)},"more":1}`], 422, 'an unknown field');
    await refuses(HEADER, [JSON.stringify({ sha256: sha256Hex('x'), text: 'x' })], 422, 'a payload that nothing names');
    await refuses(HEADER, [JSON.stringify({ sha256: sha256Hex('x'), text: 'y' })], 400, 'a payload that is another');
    await refuses(
      HEADER,
      Array.from({ length: SYNC_LINES_MAX + 2 }, () => LINES[0]!),
      400,
      'too many lines',
    );
    t.equal((await send(to, Buffer.from([0xff, 0xfe, 0x0a]))).status, 400, 'no UTF-8');
    t.equal((await send(to, Buffer.from('x'))).status, 400, 'no line');
    t.same(await collect(to.ledger.store.keys({ gte: ' ', lt: '~' })), [], 'nothing is stored');
    await refuses(HEADER, LINES.slice(0, 5), 200, 'the beginning');
    await refuses({ ...HEADER, from_seq: 5 }, LINES.slice(5), 409, 'what follows another beginning');
    t.match(
      (await send(to, bodyOf(HEADER, LINES.slice(0, 5)))).json,
      { next_seq: 5 },
      'what was there is not taken twice',
    );
  },
);

t.test('a body that is too large is not read to its end', async (t) => {
  const to = await openReceiver(t);
  const body = Buffer.alloc(SYNC_BODY_BYTES_MAX + 1, 0x20);
  const refused = await send(to, body).catch((thrown: NodeJS.ErrnoException) => ({ status: 413, code: thrown.code }));
  t.equal(refused.status, 413);
});

t.test('the runs of a key take no more than its share, and a tiny request is charged for what it costs', async (t) => {
  const to = await openReceiver(t, { quotaMb: 1 });
  const from = await openTestLedger(t);
  await commitRun(from, traceOf({ queries: 3 }));
  await syncRun(from, to, RUN, NO_REDACTION);
  const large = runIdOf(2);
  await commitRun(from, traceOf({ runId: large, queries: 1_000 }), [outputOf(0)]);
  await t.rejects(syncRun(from, to, large, NO_REDACTION), { code: 'sync-full' });
  const taken = await collect(to.ledger.runs.events(RUN));
  t.equal(taken.length, traceOf({ queries: 3 }).length, 'what was there before stays');
  t.equal(await to.ledger.runs.get(large), undefined);
});

t.test(
  'of one key so many requests are served in two minutes, whatever they bring, and others are not kept from it',
  (t) => {
    const admission = new Admission();
    const admit = (id: number, pubkey: string, now = 1_000) =>
      admission.admit({ id: `${id}`, pubkey, created_at: now }, now)();
    for (let id = 0; id < REQUESTS_PER_KEY_MAX; id++) admit(id, 'a');
    t.throws(() => admit(-1, 'a'), { code: 'sync-too-fast' });
    t.throws(() => admit(0, 'a'), { code: 'signature-refused' });
    admit(0, 'b');
    admit(-1, 'a', 1_061);
    const leave = admission.admit({ id: 'x', pubkey: 'c', created_at: 1 }, 1);
    admission.admit({ id: 'y', pubkey: 'c', created_at: 1 }, 1);
    t.throws(() => admission.admit({ id: 'z', pubkey: 'c', created_at: 1 }, 1), { code: 'sync-too-fast' });
    leave();
    leave();
    admission.admit({ id: 'z', pubkey: 'c', created_at: 1 }, 1);
    t.end();
  },
);
