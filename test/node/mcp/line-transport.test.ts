import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import t from 'tap';
import { LineTransport } from '../../../node/mcp/line-transport.ts';

async function open(bytesMax = 1_000_000) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport(input, output, bytesMax);
  const heard: JSONRPCMessage[] = [];
  const errors: Error[] = [];
  transport.onmessage = (message) => heard.push(message);
  transport.onerror = (error) => errors.push(error);
  await transport.start();
  return { input, output, transport, heard, errors };
}

t.test('messages arrive whole, however their bytes are cut', async (t) => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(fc.nat(), { maxLength: 10 }),
      fc.constantFrom('\n', '\r\n'),
      async (methods, cuts, end) => {
        const sent = methods.map((method, id) => ({ jsonrpc: '2.0' as const, id, method }));
        const bytes = Buffer.from(sent.map((message) => `${JSON.stringify(message)}${end}`).join(''));
        const { input, heard, errors } = await open();
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
        for (const [index, from] of [0, ...places].entries())
          input.write(bytes.subarray(from, places[index] ?? bytes.length));
        input.end();
        await once(input, 'end');
        t.same(heard, JSON.parse(JSON.stringify(sent)));
        t.same(errors, []);
      },
    ),
    { numRuns: 100 },
  );
});

t.test('a message that is too long is refused by its id, wherever that stands, and the next is heard', async (t) => {
  const { input, output, heard, errors } = await open(10_000);
  const long = 'x'.repeat(50_000);
  const lines = [
    `{"jsonrpc":"2.0","id":1,"method":"${long}"}`,
    `{"method":"${long}","jsonrpc":"2.0","id":"two"}`,
    `{"method":"${long}","jsonrpc":"2.0"}`,
    '{"jsonrpc":"2.0","id":4,"method":"short"}',
  ];
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (let at = 0; at < bytes.length; at += 777) input.write(bytes.subarray(at, at + 777));
  input.end();
  await once(input, 'end');
  output.end();
  let said = '';
  for await (const piece of output) said += piece;
  const answers = said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(answers, [
    { id: 1, error: { code: -32_600, message: /write long text to a file/ } },
    { id: 'two', error: { code: -32_600 } },
  ]);
  t.equal(answers.length, 2);
  t.equal(errors.length, 3);
  t.match(heard, [{ id: 4, method: 'short' }]);
});

t.test('what is no message is told, and the end of the input closes', async (t) => {
  const { input, transport, heard, errors } = await open();
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  input.write('nonsense\n\n{"id":1}\n{"jsonrpc":"2.0","method":"fine"}\n');
  input.end('{"jsonrpc":"2.0","method":"cut off"');
  await closed;
  t.equal(errors.length, 2);
  t.match(heard, [{ method: 'fine' }]);
  await transport.send({ jsonrpc: '2.0', method: 'nobody hears this' });
});
