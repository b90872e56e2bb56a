// The official client of the Model Context Protocol with the real command behind it, as editors start it.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { CHECKOUT, commandEnvironment, PYLON } from './command.ts';
import { type TemporaryTest, temporaryFolder } from './temporary-folder.ts';

/** Whatever came over the wire. */
// biome-ignore lint/suspicious/noExplicitAny: it is looked at field by field
export type Json = any;

interface McpOptions {
  readonly home: string;
  readonly cwd: string;
  readonly argv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** URIs; a client that says nothing of roots when absent. */
  readonly roots?: readonly string[];
}

interface McpSession {
  readonly client: Client;
  readonly transport: StdioClientTransport;
  /** What the command said on its standard error so far. */
  stderr(): string;
}

/** Starts `pylon mcp` and shakes hands; it is ended with the test. */
async function connectMcp(t: TemporaryTest, options: McpOptions): Promise<McpSession> {
  const { home, cwd, argv = [], environment = {}, roots } = options;
  const env = commandEnvironment({ home, environment }) as Record<string, string>;
  const transport = new StdioClientTransport({ command: PYLON, args: ['mcp', ...argv], cwd, env, stderr: 'pipe' });
  let said = '';
  transport.stderr?.on('data', (text) => {
    said += text;
  });
  const client = new Client({ name: 'test', version: '1' }, { capabilities: roots === undefined ? {} : { roots: {} } });
  if (roots !== undefined)
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((uri) => ({ uri })) }));
  t.teardown(() => client.close());
  await client.connect(transport);
  return { client, transport, stderr: () => said };
}

/** A session in a home of its own unless one is given, in the checkout unless elsewhere. */
export async function mcpSession(t: TemporaryTest, options: Partial<McpOptions> = {}) {
  const home = options.home ?? (await temporaryFolder(t));
  const { client, stderr, transport } = await connectMcp(t, { cwd: CHECKOUT, ...options, home });
  const call = async (name: string, given: object): Promise<Json> => client.callTool({ name, arguments: { ...given } });
  const read = async (uri: string): Promise<Json> => {
    const { contents } = await client.readResource({ uri });
    return JSON.parse((contents[0] as { text: string }).text);
  };
  return { home, client, call, read, stderr, transport };
}
