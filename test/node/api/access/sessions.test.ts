import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { cookieOf, noCookie, sessionIn } from '../../../../node/api/access/cookie.ts';
import { SESSION_SECONDS, Sessions } from '../../../../node/api/access/sessions.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

function stage(t: Parameters<typeof temporaryFolder>[0]) {
  const path = join(temporaryFolder(t), 'sessions.json');
  const clock = new VirtualClock();
  const random = seededRandom(2);
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const open = (token = 'secret', at = path) => Sessions.open({ token, clock, random, path: at, log });
  return { path, clock, logged, open };
}

t.test('a session lasts a month and over a restart; its file, 0600, holds nothing that lets one in', async (t) => {
  const { path, clock, open, logged } = stage(t);
  const before = await open();
  const session = before.begin();
  await before.close();
  t.equal(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, 'utf8');
  t.notOk(text.includes(session));
  const kept = JSON.parse(text).sessions[0].mac;
  const after = await open();
  t.ok(after.holds(session));
  t.notOk(after.holds(kept));
  clock.jump(SESSION_SECONDS * 1_000 - 1);
  t.ok(after.holds(session));
  clock.jump(1);
  t.notOk(after.holds(session));
  t.same(logged, []);
});

t.test('a new token ends every session', async (t) => {
  const { open } = stage(t);
  const before = await open();
  const session = before.begin();
  await before.close();
  t.notOk((await open('another')).holds(session));
});

t.test('who logs out stays out, also after a restart, and others stay in', async (t) => {
  const { open } = stage(t);
  const before = await open();
  const [gone, stays] = [before.begin(), before.begin()];
  before.end(before.idOf(gone));
  await before.close();
  for (const sessions of [before, await open()]) {
    t.notOk(sessions.holds(gone));
    t.ok(sessions.holds(stays));
  }
});

t.test('of very many sessions the latest are kept', async (t) => {
  const { open } = stage(t);
  const sessions = await open();
  const values = Array.from({ length: 100 }, () => sessions.begin());
  t.equal(values.filter((value) => sessions.holds(value)).length, 64);
  t.ok(sessions.holds(values[99]!));
  await sessions.close();
  t.ok((await open()).holds(values[99]!));
});

t.test('a damaged file logs everybody out, and one that cannot be written costs only the next start', async (t) => {
  const { path, open, logged } = stage(t);
  writeFileSync(path, '{"v":1,"sessions":[{"mac":');
  const sessions = await open();
  t.match(logged, [/everybody is logged out/]);
  t.ok(sessions.holds(sessions.begin()));
  const nowhere = await open('secret', join(path, 'below-a-file'));
  const session = nowhere.begin();
  await nowhere.close();
  t.ok(nowhere.holds(session));
  t.match(logged.at(-1), /sessions end with this process/);
});

t.test('the cookie is out of reach of scripts and other sites, and of its own home alone', async (t) => {
  const { open } = stage(t);
  const sessions = await open();
  const cookie = cookieOf('abc', sessions);
  t.match(cookie, /^pylon_session_[0-9a-f]{8}=abc; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
  const [pair = ''] = cookie.split(';');
  t.equal(sessionIn(pair, sessions), 'abc');
  t.equal(sessionIn(`theme=dark;${pair}; other=1`, sessions), 'abc');
  t.equal(sessionIn(`x${pair}`, sessions), undefined);
  t.equal(sessionIn(undefined, sessions), undefined);
  t.equal(sessionIn(pair, await open('another home')), undefined);
  t.match(noCookie(sessions), /=; .*Max-Age=0$/);
});
