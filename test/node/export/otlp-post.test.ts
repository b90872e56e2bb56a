import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { otlp } from '../../../ledger/export/otlp.ts';
import { otlpTarget, postOtlp } from '../../../node/export/otlp-post.ts';
import { only, textOf } from '../../support/exported.ts';
import { HurriedClock } from '../../support/hurried-clock.ts';
import { understoodOf } from '../../support/otlp-schema.ts';
import { overlappingTrace } from '../../support/overlapping-trace.ts';
import { seededRandom } from '../../support/seeded-random.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A collector that answers by the script, the last answer again and again. */
async function collector(t: Test, ...script: Answer[]) {
  const bodies: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    bodies.push(body);
    requests.push(request);
    (script.length > 1 ? script.shift()! : script[0]!)(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const clock = new HurriedClock();
  const ports = { clock, random: seededRandom(1), fetch };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, requests, clock, ports };
}

const ok: Answer = (response) => response.end('{}');
const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);

async function* lines(...all: string[]) {
  yield* all;
}

t.test('every line is one request that the published schema understands', async (t) => {
  const { address, bodies, requests, ports } = await collector(t, ok);
  const pieces = otlp(only(overlappingTrace(1, 1_200, 5_000)), '1');
  t.same(await postOtlp(pieces, otlpTarget(address), ports), { requests: 3, rejected: 0, message: '' });
  t.match(requests[0], { method: 'POST', url: '/v1/traces', headers: { 'content-type': 'application/json' } });
  t.equal(bodies.join('\n'), (await textOf(otlp(only(overlappingTrace(1, 1_200, 5_000)), '1'))).trimEnd());
  for (const body of bodies) understoodOf(body);
});

t.test('a busy collector is asked again, after as long as it says', async (t) => {
  const { address, bodies, clock, ports } = await collector(
    t,
    status(503, { 'retry-after': '7' }),
    status(429),
    (response) => response.destroy(),
    ok,
  );
  t.match(await postOtlp(lines('{}\n'), otlpTarget(address), ports), { requests: 1 });
  t.equal(bodies.length, 4);
  t.equal(clock.waitsMs[0], 7_000);
  t.ok(clock.waitsMs[1]! >= 750 && clock.waitsMs[1]! <= 1_250, `${clock.waitsMs[1]} ms`);
  t.ok(clock.waitsMs[2]! >= 1_500 && clock.waitsMs[2]! <= 2_500, `${clock.waitsMs[2]} ms`);
});

t.test('one that stays busy, or asks for too long, is given up', async (t) => {
  const busy = await collector(t, status(502));
  await t.rejects(postOtlp(lines('{}\n'), otlpTarget(busy.address), busy.ports), {
    code: 'collector-refused',
    message: /HTTP 502/,
  });
  t.equal(busy.bodies.length, 5);
  const slow = await collector(t, status(429, { 'retry-after': '86400' }));
  await t.rejects(postOtlp(lines('{}\n'), otlpTarget(slow.address), slow.ports), { code: 'collector-refused' });
  t.equal(slow.bodies.length, 1);
});

t.test('what it refuses for good is not sent again, and its words are told without control characters', async (t) => {
  const { address, bodies, ports } = await collector(t, status(400, {}, 'bad \x1b[31mspan'));
  await t.rejects(postOtlp(lines('{}\n', '{}\n'), otlpTarget(address), ports), {
    message: /HTTP 400: bad {1,2}\[31mspan/,
  });
  t.equal(bodies.length, 1);
});

t.test('a redirect is not followed: what was redacted for one is not sent to another', async (t) => {
  const other = await collector(t, ok);
  const { address, ports } = await collector(t, status(307, { location: `${other.address}/v1/traces` }));
  await t.rejects(postOtlp(lines('{}\n'), otlpTarget(address), ports), { code: 'collector-refused' });
  t.same(other.bodies, []);
});

t.test('an answer without end is not read to it', async (t) => {
  const { address, ports } = await collector(t, (response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) {}
    };
    response.on('drain', more);
    more();
  });
  t.match(await postOtlp(lines('{}\n'), otlpTarget(address), ports), { requests: 1 });
});

t.test('spans that it took and refused are counted', async (t) => {
  const partial = status(200, {}, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}');
  const { address, ports } = await collector(t, partial);
  t.same(await postOtlp(lines('{}\n{}\n'), otlpTarget(address), ports), {
    requests: 2,
    rejected: 6,
    message: 'too old',
  });
});

t.test('addresses and headers are read as OpenTelemetry reads them, and a password never shows', (t) => {
  t.equal(otlpTarget('http://collector:4318').url.href, 'http://collector:4318/v1/traces');
  t.equal(otlpTarget('https://c.example/otlp/v1/traces').url.href, 'https://c.example/otlp/v1/traces');
  const { url, headers } = otlpTarget('https://me:s%20cret@c.example', 'x-key=a%3Db, tenant = one');
  t.equal(url.href, 'https://c.example/v1/traces');
  t.same(headers, { authorization: `Basic ${btoa('me:s cret')}`, 'x-key': 'a=b', tenant: 'one' });
  for (const wrong of ['collector:4318', 'ftp://x', '', 'file:///etc/passwd'])
    t.throws(() => otlpTarget(wrong), { code: 'option-invalid' });
  t.throws(() => otlpTarget('http://x', 'no-value'), { code: 'option-invalid' });
  t.end();
});
