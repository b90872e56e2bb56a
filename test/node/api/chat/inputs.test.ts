import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { spoolBody } from '../../../../node/api/chat/body.ts';
import { readConversation } from '../../../../node/api/chat/inputs.ts';
import { readRequest } from '../../../../node/api/chat/request.ts';
import { openMessageTexts } from '../../../../node/input/message-texts.ts';
import { runOptionsSchema } from '../../../../node/settings/run-options.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface ReadBack {
  readonly query: string;
  /** Name → what is read under it. */
  readonly inputs: Record<string, string>;
}

/** The whole way from bytes to question and files. */
async function read(t: Test, body: object): Promise<ReadBack> {
  const texts = await openMessageTexts(await temporaryFolder(t));
  const { value, nextText } = await spoolBody(
    Readable.from([Buffer.from(JSON.stringify({ model: 'pylon', ...body }))]),
    undefined,
    texts,
  );
  const { query, names } = await readConversation(readRequest(value, runOptionsSchema.parse({})), texts, nextText);
  const inputs = Object.entries(names).map(([path, name]) => [name, readFileSync(path, 'utf8')]);
  return { query, inputs: Object.fromEntries(inputs) };
}

const ask = (content: unknown, ...before: object[]) => ({ messages: [...before, { role: 'user', content }] });
const said = (role: string, content: unknown) => ({ role, content });
const DOCUMENT = 'the gasket froze\nthe valve leaked\n';
const LONG = DOCUMENT.repeat(2_000);
const QUESTION = 'Why did it leak?';
const base64 = (text: string) => `data:text/plain;base64,${Buffer.from(text).toString('base64')}`;

t.test('the question is taken out of the text, and the lines of the text keep their numbers', async (t) => {
  t.same(await read(t, ask(`${DOCUMENT}\n${QUESTION}`)), {
    query: QUESTION,
    inputs: { 'message-1.txt': `${DOCUMENT}\n${' '.repeat(QUESTION.length)}` },
  });
  const { query, inputs } = await read(t, ask(`${QUESTION}\r\n\r\n${LONG}`));
  t.equal(query, QUESTION);
  t.equal(inputs['message-1.txt'], `${' '.repeat(QUESTION.length)}\r\n\r\n${LONG}`);
});

t.test('of several texts the last short one asks, and files are read', async (t) => {
  const parts = [
    { type: 'text', text: LONG },
    { type: 'file', file: { filename: 'notes.md', file_data: base64(DOCUMENT) } },
    { type: 'text', text: QUESTION },
    { type: 'file', file: { filename: 'notes.md', file_data: Buffer.from('second').toString('base64') } },
  ];
  t.same(await read(t, ask(parts)), {
    query: QUESTION,
    inputs: { 'message-1-1.txt': LONG, 'notes.md': DOCUMENT, 'notes.md (2)': 'second' },
  });
});

t.test('earlier messages are read without what they asked; what the assistant said is no evidence', async (t) => {
  const before = [
    said('system', 'You are helpful.'),
    said('user', `${DOCUMENT}\nWho was there?`),
    said('assistant', 'The valve was there.'),
    said('user', 'And who else?'),
    said('assistant', null),
    said('tool', 'a tool found this'),
  ];
  t.same(await read(t, ask(QUESTION, ...before)), {
    query: QUESTION,
    inputs: {
      'message-2.txt': `${DOCUMENT}\n${' '.repeat('Who was there?'.length)}`,
      'message-6.txt': 'a tool found this',
    },
  });
});

t.test('a long system message is a text, a short one an instruction', async (t) => {
  t.same(await read(t, ask(QUESTION, said('system', LONG))), { query: QUESTION, inputs: { 'message-1.txt': LONG } });
  await t.rejects(read(t, ask(QUESTION, said('system', DOCUMENT))), { code: 'input-missing' });
});

t.test('with a question of its own every message is read', async (t) => {
  t.same(await read(t, { ...ask('Is this a question?\nIt is text.'), pylon: { question: QUESTION } }), {
    query: QUESTION,
    inputs: { 'message-1.txt': 'Is this a question?\nIt is text.' },
  });
});

t.test('names that a client chose are made harmless, and none is lost', async (t) => {
  const file = (filename: string, text: string) => ({ type: 'file', file: { filename, file_data: base64(text) } });
  const { inputs } = await read(
    t,
    ask([
      file('a\u001b[31m\nb', '1'),
      file('   ', '2'),
      file('../../etc/passwd', '3'),
      { type: 'text', text: QUESTION },
    ]),
  );
  t.same(Object.values(inputs), ['1', '2', '3']);
  for (const name of Object.keys(inputs)) t.notMatch(name, /[\u0000-\u001f]/);
});

t.test('what cannot be asked is refused with the field that is wrong', async (t) => {
  const cases: [body: object, code: string, param?: string][] = [
    [{ messages: [] }, 'request-invalid', 'messages'],
    [{ messages: [{ role: 'wizard', content: 'x' }] }, 'request-invalid', 'messages[0].role'],
    [ask(5), 'request-invalid', 'messages[0].content'],
    [ask('hello'), 'input-missing'],
    [ask('   '), 'query-empty', 'messages[0].content'],
    [{ messages: [said('assistant', 'x')] }, 'query-empty', 'messages'],
    [ask(`${'x'.repeat(9_000)}\n${'y'.repeat(9_000)}`), 'query-too-long', 'messages[0].content'],
    [ask([{ type: 'image_url', image_url: { url: 'data:' } }]), 'request-invalid', 'messages[0].content[0]'],
    [ask([{ type: 'input_audio', input_audio: {} }]), 'request-invalid', 'messages[0].content[0]'],
    [ask([{ type: 'text', text: {} }]), 'request-invalid', 'messages[0].content[0].text'],
    [
      ask([
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'text', text: QUESTION },
      ]),
      'request-invalid',
      'messages[0].content[0].file',
    ],
    [ask([{ type: 'file', file: { file_data: 'no!' } }]), 'request-invalid', 'messages[0].content[0].file.file_data'],
    [
      ask([
        { type: 'file', file: { file_data: '' } },
        { type: 'text', text: QUESTION },
      ]),
      'input-empty',
      'messages[0].content[0].file.file_data',
    ],
    [{ ...ask(DOCUMENT), n: 2 }, 'request-invalid', 'n'],
    [{ ...ask(DOCUMENT), response_format: { type: 'json_object' } }, 'request-invalid', 'response_format'],
    [{ ...ask(DOCUMENT), tool_choice: 'required' }, 'request-invalid', 'tool_choice'],
    [{ ...ask(DOCUMENT), model: 'gpt-4o' }, 'model-unknown'],
    [{ ...ask(DOCUMENT), pylon: { fanout: 'ten' } }, 'option-invalid', 'pylon.fanout'],
    [{ ...ask(DOCUMENT), pylon: { budget_sats: -1 } }, 'money-invalid', 'pylon.budget_sats'],
    [{ ...ask(DOCUMENT), pylon: { fan_out: 1 } }, 'request-invalid', 'pylon.fan_out'],
    [{ ...ask(DOCUMENT), pylon: { log: false } }, 'request-invalid', 'pylon.log'],
    [{ ...ask(DOCUMENT), pylon: { files: ['relative'] } }, 'request-invalid', 'pylon.files[0]'],
    [{ ...ask(DOCUMENT), metadata: { pylon: '{' } }, 'request-invalid', 'metadata.pylon'],
  ];
  for (const [body, code, param] of cases)
    await t.rejects(
      read(t, body),
      param === undefined ? { code } : { code, param },
      JSON.stringify(body).slice(0, 120),
    );
});

t.test('options come from the home, the model, and the request, in this order', async (t) => {
  const own = runOptionsSchema.parse({ fanout: 3, budget_sats: 7 });
  const options = (body: object) => readRequest({ model: 'pylon', ...ask(DOCUMENT), ...body }, own).options;
  t.match(options({}), { fanout: 3, budget_sats: 7, backend: 'auto' });
  t.match(options({ model: 'pylon/extractive', pylon: { fanout: 5 } }), {
    fanout: 5,
    budget_sats: 7,
    backend: 'extractive',
  });
  t.match(options({ metadata: { pylon: '{"fanout": 9, "budget_sats": 1}' }, pylon: { budget_sats: 2 } }), {
    fanout: 9,
    budget_sats: 2,
  });
});
