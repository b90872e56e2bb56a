import t from 'tap';
import { Oracle, oracleModel } from '../../../bench/long-context/oracle.ts';
import { control } from '../../../bench/long-context/oracle-controller.ts';
import { suiteOf } from '../../../bench/long-context/suites/catalogue.ts';
import type { TaskInstance } from '../../../bench/long-context/task.ts';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { EXTRACTOR, REDUCER, VERIFIER } from '../../../protocol/signature.ts';

const { signal } = new AbortController();

function stage(task: TaskInstance, errorRate = 0) {
  const oracle = new Oracle({ seed: 1, errorRate }, control);
  oracle.take(task);
  return { oracle, backend: modelBackend(oracleModel(oracle), { name: 'openai:oracle' }) };
}

function madeTask(suite: string, which = 0): { task: TaskInstance; text: string } {
  const task = suiteOf(suite).plan(3, 6_000)[which]!.make();
  return { task, text: [...task.files[0]!.pieces()].join('') };
}

t.test('through the real prompts it finds the needle, quotes it, and answers of the evidence alone', async (t) => {
  const { task, text } = madeTask('s-niah', 2);
  const { backend, oracle } = stage(task);
  const input = { query: task.question, text, max_output_chars: 16_384 };
  const { output } = await backend.predict(EXTRACTOR, input, { signal });
  t.equal(output.findings.length, 1);
  t.ok(text.includes(output.findings[0]!.quote));
  t.equal(output.findings[0]!.line, task.evidence[0]!.startLine);
  const evidence = [{ n: 1, reference: 'chronicle.txt:1', quote: output.findings[0]!.quote }];
  const reduced = await backend.predict(REDUCER, { query: task.question, evidence }, { signal });
  t.equal(reduced.output.answer, `${task.expected} [1]`);
  const none = await backend.predict(
    REDUCER,
    { query: task.question, evidence: [{ n: 1, reference: 'x', quote: 'The miller.' }] },
    { signal },
  );
  t.notMatch(none.output.answer, task.expected);
  const verified = await backend.predict(VERIFIER, { query: task.question, answer: 'x [1]', evidence }, { signal });
  t.equal(verified.output.supported, true);
  t.same([oracle.count.callsOf('leaf'), oracle.count.callsOf('reducer'), oracle.count.callsOf('verifier')], [1, 2, 1]);
  t.equal(oracle.count.leafDistinctBytes, Buffer.byteLength(text));
});

t.test('what leaves note of their parts comes to the count of the whole', async (t) => {
  const { task, text } = madeTask('oolong');
  const { backend } = stage(task);
  const lines = text.trimEnd().split('\n');
  const middle = Math.floor(lines.length / 2);
  const evidence = [];
  for (const part of [lines.slice(0, middle), lines.slice(middle)]) {
    const input = { query: task.question, text: part.join('\n'), max_output_chars: 16_384 };
    const { output } = await backend.predict(EXTRACTOR, input, { signal });
    const [{ quote, note } = { quote: '', note: undefined }] = output.findings;
    evidence.push({
      n: evidence.length + 1,
      reference: 'records.txt:1',
      quote,
      ...(note === undefined ? {} : { note }),
    });
  }
  const { output } = await backend.predict(REDUCER, { query: task.question, evidence }, { signal });
  t.match(output.answer, new RegExp(`^${task.expected} `));
});

t.test('it errs at the rate that is set, on each line by itself, and anew for each replica', async (t) => {
  const task = suiteOf('oolong').plan(5, 400_000)[0]!.make();
  const lines = [...task.files[0]!.pieces()].join('').trimEnd().split('\n');
  const { oracle } = stage(task, 0.05);
  const system = 'Answer in this form:\n{"records":[{"line":1,"fields":{}}]}';
  const numbered = lines.map((line, index) => `${index + 1}| ${line}`).join('\n');
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: `The part:\n${numbered}\n\nQuestion: ${task.question}\n\nJSON:` },
  ] as const;
  const ask = () => (JSON.parse(oracle.complete(messages).text) as { records: { fields: { kind: string } }[] }).records;
  const truth = lines.map((line) => task.reader.record!(line)!.kind);
  const wrongOf = () => new Set(ask().flatMap(({ fields }, at) => (fields.kind === truth[at] ? [] : [at])));
  const [first, second] = [wrongOf(), wrongOf()];
  const share = first.size / lines.length;
  t.ok(share > 0.04 && share < 0.06, `${share} of ${lines.length}`);
  const both = [...first].filter((at) => second.has(at)).length / lines.length;
  t.ok(both < 0.005, `${both} are wrong in both, as is to be expected of two that err alone`);
  t.equal(oracle.count.recordsTold, 2 * lines.length);
  t.equal(oracle.count.recordsWrong, first.size + second.size);
  const again = stage(task, 0.05);
  t.same(JSON.parse(again.oracle.complete(messages).text).records.length, lines.length);
});
