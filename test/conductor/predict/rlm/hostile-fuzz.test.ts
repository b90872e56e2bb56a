// Ten thousand actions that no model should write, through the whole kernel: none brings it down, each is asked again once at most, and
// whatever is cited stands in the input. The seed is told, and PYLON_FUZZ_SEED repeats it.
import t from 'tap';
import { explore } from '../../../../conductor/predict/rlm/kernel.ts';
import { search } from '../../../../conductor/predict/rlm/search.ts';
import { inputTools } from '../../../../conductor/predict/rlm/tools/input-tools.ts';
import { loadPatterns } from '../../../../node/patterns.ts';
import { CONTROLLER_PROMPT_BYTES_MAX } from '../../../../protocol/limits.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';
import { Mutations } from './hostile/mutations.ts';
import { Stage } from './stage.ts';

const ACTIONS = 10_000;
const SEED = Number(process.env.PYLON_FUZZ_SEED ?? 20_260);
const regex = await loadPatterns();

const TEXTS = {
  'a.txt': `${'a line of no note\r\n'.repeat(60)}a needle 界😀\r\n${'é'.repeat(700)}\n`,
  'b.txt': `${'x'.repeat(3_000)} needle ${'界'.repeat(900)}\nlast line needle`,
};

function stage(): Stage {
  return new Stage({
    texts: TEXTS,
    leaf: (line) => (line.includes('needle') ? { record: { label: 'a' } } : undefined),
    ask: () => 'it says needle',
    limits: { maxRlmIterations: 60, maxSubLmCalls: 60, maxToolCalls: 20, maxLmCalls: 200 },
  });
}

t.test(`of ${ACTIONS} damaged actions none brings the kernel down, and each is asked again once at most`, async (t) => {
  const mutations = new Mutations(seededRandom(SEED));
  let written = 0;
  let done = 0;
  let repaired = 0;
  let explorations = 0;
  const faults = new Set<string>();
  while (written < ACTIONS) {
    explorations++;
    const one = stage();
    const box = inputTools({ corpus: one.corpus, regex }, new VirtualClock());
    const texts: string[] = [];
    const controller = one.controller(() => {
      written++;
      const text = mutations.next();
      texts.push(text);
      return text;
    });
    const world = {
      ...one.world,
      ...box,
      search: (request: never, signal: AbortSignal) => search({ corpus: one.corpus, regex }, request, signal),
    };
    const explored = await explore({ ...one.exploration(controller), world }).catch((thrown: unknown) => {
      t.fail(`seed ${SEED}: it threw ${String(thrown)} after ${texts.at(-1)?.slice(0, 300)}`);
      throw thrown;
    });
    const calls = one.prompts.length;
    done += one.facts.filter(({ action, error }) => action !== 'none' && error === undefined).length;
    for (const { repairs = 0, error } of one.facts) {
      repaired += repairs;
      if (repairs > 1) faults.add('more than one repair');
      if (error?.code === 'internal') faults.add(`internal: ${error.message}`);
    }
    if (explored.fault?.code === 'internal')
      faults.add(`internal at the end: ${explored.fault.reason} ${explored.fault.cause}`);
    if (calls > 2 * one.facts.length) faults.add('asked more than twice in a step');
    if (one.promptBytes().some((bytes) => bytes > CONTROLLER_PROMPT_BYTES_MAX)) faults.add('a prompt too long');
    for (const { file, startByte, endByte, startLine, quote } of explored.citations) {
      const before = Buffer.from(await one.corpus.read(file, 0, startByte));
      const there = Buffer.from(await one.corpus.read(file, startByte, endByte)).toString();
      if (there !== quote) faults.add(`a citation that is not there: ${quote.slice(0, 50)}`);
      if (before.toString('latin1').split('\n').length !== startLine)
        faults.add(`a line that it is not on: ${startLine}`);
    }
    if (faults.size > 0)
      t.same([...faults], [], `seed ${SEED}, exploration ${explorations}, last ${texts.at(-1)?.slice(0, 200)}`);
    faults.clear();
  }
  t.notOk(Object.hasOwn(Object.prototype, 'polluted') || Object.hasOwn(Object.prototype, 'action'));
  t.ok(done > ACTIONS / 20, `${done} were good enough to be done`);
  t.ok(repaired > ACTIONS / 20, `${repaired} were asked again`);
  t.comment(`seed ${SEED}: ${written} written in ${explorations} explorations, ${done} done, ${repaired} asked again`);
});
