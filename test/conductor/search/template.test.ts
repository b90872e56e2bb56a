import t from 'tap';
import { templateKey } from '../../../conductor/search/template.ts';

const log = (line: string) => templateKey(line, 0, line.length, 'log');
const prose = (line: string) => templateKey(line, 0, line.length, 'prose');

t.test('log lines that differ in values only have one template', async (t) => {
  t.equal(log('10:00:01 host7 sshd[12]: port 22 taken'), log('10:07:59 host12 sshd[4711]:  port 8080 taken'));
  t.equal(log("error: 'foo' undeclared"), log("error: 'bar_baz' undeclared"));
});

t.test('log lines with other words have another template', async (t) => {
  t.not(log('port 22 taken'), log('port 22 free'));
  t.not(log("it doesn't work, isn't it"), log("it doesn't run, isn't it"));
});

t.test('in prose a number is a difference', async (t) => {
  t.not(prose('wait 60 seconds'), prose('wait 90 seconds'));
  t.equal(prose('wait 60 seconds'), prose('  wait 60  seconds'));
});

t.test('a key is sixteen hex characters', async (t) => {
  t.match(log('anything'), /^[0-9a-f]{16}$/);
  t.match(prose(''), /^[0-9a-f]{16}$/);
});
