import { isAbsolute } from 'node:path';
import t from 'tap';
import { homeOf } from '../../node/home.ts';

t.test(
  'a home is where PYLON_HOME says, else in the home of the user, and never where we happen to stand',
  async (t) => {
    t.equal(homeOf({ PYLON_HOME: '/somewhere', HOME: '/home/ada' }), '/somewhere');
    t.equal(homeOf({ PYLON_HOME: ' ', HOME: '/home/ada' }), '/home/ada/.openagents/pylon');
    t.ok(isAbsolute(homeOf({ PYLON_HOME: 'here' })));
    for (const environment of [{}, { HOME: '' }]) {
      const home = homeOf(environment);
      t.ok(isAbsolute(home));
      t.notOk(home.startsWith(process.cwd()), home);
    }
  },
);
