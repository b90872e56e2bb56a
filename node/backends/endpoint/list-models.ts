// Asks an endpoint which models it has. Plain node:http: at start-up nothing may be loaded that may not be needed, and
// on a port of this machine anything might be listening, so the answer is bounded and checked.
import { connect } from 'node:net';
import { z } from 'zod';

/** A list of models; whoever sends more is something else. */
const BODY_BYTES_MAX = 1_048_576;
const MODELS_MAX = 1_000;

const modelName = z.string().regex(/^[^\p{Cc}\p{Cf}]{1,200}$/u);
const openAiList = z.object({ data: z.array(z.object({ id: modelName })).max(MODELS_MAX) });
const ollamaTags = z.object({
  models: z
    .array(
      z.object({
        name: modelName,
        details: z
          .object({ family: z.string().max(100) })
          .partial()
          .optional(),
      }),
    )
    .max(MODELS_MAX),
});

/** What is no chat model, by the words such models are named with. */
const NO_CHAT_MODEL =
  /embed|rerank|\bbge\b|minilm|whisper|\btts\b|dall-e|moderation|stable-diffusion|transcri|realtime|sora/i;
const NO_CHAT_FAMILY = /bert|embed/i;

/** What stands behind a base URL: nothing, something that is no such endpoint, or its chat models. */
export type Listing = 'nothing' | 'no-list' | readonly string[];

/** GET `<baseUrl>/models`. Never throws: a connection that fails is `nothing`. */
export async function listModels(baseUrl: string, apiKey: string | undefined, signal: AbortSignal): Promise<Listing> {
  if (!(await isListening(baseUrl, signal))) return 'nothing';
  const body = await getJson(`${baseUrl}/models`, apiKey, signal);
  if (body === 'nothing') return 'nothing';
  const list = openAiList.safeParse(body.json);
  return list.success ? list.data.data.map(({ id }) => id).filter((id) => !NO_CHAT_MODEL.test(id)) : 'no-list';
}

/** The same of Ollama, which also tells by family which of its models only embed. */
export async function listOllama(baseUrl: string, apiKey: string | undefined, signal: AbortSignal): Promise<Listing> {
  if (!(await isListening(baseUrl, signal))) return 'nothing';
  const tagsUrl = `${new URL(baseUrl).origin}/api/tags`;
  const [listing, tags] = await Promise.all([listModels(baseUrl, apiKey, signal), getJson(tagsUrl, apiKey, signal)]);
  if (typeof listing === 'string' || tags === 'nothing') return listing;
  const parsed = ollamaTags.safeParse(tags.json);
  if (!parsed.success) return listing;
  const embedding = new Set(
    parsed.data.models.filter(({ details }) => NO_CHAT_FAMILY.test(details?.family ?? '')).map(({ name }) => name),
  );
  return listing.filter((name) => !embedding.has(name));
}

/** A refused connection is told a few times faster by a bare socket than by an HTTP client, and it is the usual case. */
function isListening(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port, protocol } = new URL(baseUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const end = (listening: boolean) => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(listening);
    };
    const giveUp = () => end(false);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => end(true));
    socket.on('error', giveUp);
  });
}

/** Any HTTP answer, its JSON undefined where it has none; `nothing` when there is no answer or the signal came first. */
async function getJson(
  url: string,
  apiKey: string | undefined,
  signal: AbortSignal,
): Promise<'nothing' | { readonly json: unknown }> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve) => {
    const headers = {
      accept: 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    const asked = request(url, { agent: false, headers, signal }, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes > BODY_BYTES_MAX) {
          resolve({ json: undefined });
          response.destroy();
        }
      });
      response.on('end', () =>
        resolve({ json: response.statusCode === 200 ? parse(Buffer.concat(pieces)) : undefined }),
      );
      response.on('error', () => resolve('nothing'));
    });
    asked.on('error', () => resolve('nothing'));
    asked.end();
  });
}

/** What does not parse is no list, like any other page. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
