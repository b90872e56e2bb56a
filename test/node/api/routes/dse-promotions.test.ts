import t, { type Test } from 'tap';
import { remotePromotions } from '../../../../node/api/remote/promotions.ts';
import { NO_PROMOTIONS } from '../../../../node/engine/promoting.ts';
import type { PromotionDesk } from '../../../../node/engine/promotion-port.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { BETTER, type GateWorld, openGate } from '../../../support/gate-stage.ts';
import { call, serve, TOKEN } from '../support.ts';

class GateEngine extends FakeEngine {
  override readonly promotions: PromotionDesk;

  constructor({ promote, promotions }: Awaited<ReturnType<typeof openGate>>) {
    super();
    this.promotions = {
      promote: (request, signal) => promote(request, signal),
      list: (selection) => promotions.page(selection),
      read: (id) => promotions.read(id),
    };
  }
}

const NEVER = new AbortController().signal;

async function stage(t: Test, world: GateWorld = BETTER) {
  const gate = await openGate(t, world);
  const engine = new GateEngine(gate);
  const { api } = await serve(t, {}, undefined, undefined, engine);
  const remote = remotePromotions({ port: api.port, token: TOKEN });
  return { gate, api, here: engine.promotions, remote, compiled_id: gate.artifact.compiled_id };
}

t.test('a desk of gates over the API says and does what it does on the machine of the store', async (t) => {
  const { gate, here, remote, compiled_id } = await stage(t);
  const measured = await remote.promote({ compiled_id, measureOnly: true }, NEVER);
  t.match(measured, { verdict: 'promote', movedPointer: false });
  const promoted = await remote.promote({ compiled_id, promotionId: measured.promotionId }, NEVER);
  t.equal(gate.moves.length, 1);
  t.same(await remote.read(promoted.promotionId), await here.read(promoted.promotionId));
  const selection = { signature: promoted.signatureId, limit: 1 };
  t.same(await remote.list(selection), await here.list(selection));
  t.match(await remote.list({ limit: 5, before: promoted.promotionId }), { promotions: [measured], next_before: null });
});

t.test('what is refused has its status, and the same code on this side', async (t) => {
  const { gate, api, remote, compiled_id } = await stage(t);
  await t.rejects(remote.promote({ compiled_id: 'ffff' }, NEVER), { code: 'artifact-unknown' });
  await t.rejects(remote.read('01J8ZZ'), { code: 'promotion-unknown', value: '01J8ZZ' });
  const statuses: [method: string, path: string, body: unknown, status: number][] = [
    ['GET', '/api/dse/promotions/01J8ZZ', undefined, 404],
    ['GET', '/api/dse/promotions?limit=0', undefined, 400],
    ['POST', '/api/dse/promote', {}, 400],
    ['POST', '/api/dse/promote', { compiled_id, minDelta: -1 }, 400],
    ['POST', '/api/dse/promote', { compiled_id, alpha: 0.9 }, 400],
    ['POST', '/api/dse/promote', { compiled_id, override: { by: 'ada' } }, 400],
    ['POST', '/api/dse/promote', { compiled_id, override: { by: 'ada', reason: '' } }, 400],
  ];
  for (const [method, path, body, status] of statuses)
    t.equal((await call(api.port, method, path, body)).status, status, `${method} ${path} ${JSON.stringify(body)}`);
  gate.inForce.compiledId = 'another';
  const found = await remote.promote({ compiled_id, measureOnly: true }, NEVER);
  gate.inForce.compiledId = 'default';
  const { status } = await call(api.port, 'POST', '/api/dse/promote', { compiled_id, promotionId: found.promotionId });
  t.equal(status, 409, 'the pointer moved since it was measured');
  t.same(gate.moves, []);
});

t.test('where nothing is kept nothing is promoted', async (t) => {
  await t.rejects(NO_PROMOTIONS.list({ limit: 1 }), { code: 'request-invalid', reason: /--no-log/ });
  await t.rejects(NO_PROMOTIONS.promote({ compiled_id: 'x' }, NEVER), { code: 'request-invalid' });
});
