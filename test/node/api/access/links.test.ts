import t from 'tap';
import { LINK_SECONDS, Links } from '../../../../node/api/access/links.ts';
import { Sessions } from '../../../../node/api/access/sessions.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

async function stage() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const sessions = await Sessions.open({ token: 'secret', clock, random, log: () => undefined });
  return { clock, sessions, links: new Links(sessions, clock, random) };
}

const usedUp = { code: 'link-used-up' };

t.test('a code lets one browser in, and that one again when its page is reloaded', async (t) => {
  const { links, sessions } = await stage();
  const { code } = links.make();
  const session = links.enter(code, undefined);
  t.ok(sessions.holds(session));
  t.equal(links.enter(code, session), session);
  t.ok(sessions.holds(session));
});

t.test('a second browser with the same code is refused, and the first is logged out', async (t) => {
  for (const present of [undefined, 'a session of nobody']) {
    const { links, sessions } = await stage();
    const { code } = links.make();
    const first = links.enter(code, undefined);
    t.throws(() => links.enter(code, present), { ...usedUp, message: /two browsers/ });
    t.notOk(sessions.holds(first));
    t.throws(() => links.enter(code, first), usedUp, 'and the code is gone');
  }
});

t.test('a code is good for a minute, and one that was never made never', async (t) => {
  const { links, clock } = await stage();
  const { code, expiresMs } = links.make();
  t.equal(expiresMs, clock.now() + LINK_SECONDS * 1_000);
  t.throws(() => links.enter(`${code}0`, undefined), usedUp);
  t.throws(() => links.enter('', undefined), usedUp);
  clock.jump(LINK_SECONDS * 1_000);
  t.throws(() => links.enter(code, undefined), usedUp);
});

t.test('of very many links the latest are kept', async (t) => {
  const { links, sessions } = await stage();
  const codes = Array.from({ length: 100 }, () => links.make().code);
  t.equal(new Set(codes).size, 100);
  t.throws(() => links.enter(codes[0]!, undefined), usedUp);
  t.ok(sessions.holds(links.enter(codes[99]!, undefined)));
});
