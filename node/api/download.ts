// A file from a daemon, taken piece by piece: however large it is, neither side holds it.
import { type IncomingMessage, request } from 'node:http';
import type { ExportedFile } from '../../ledger/export/exporter.ts';
import { PylonError } from '../../protocol/errors.ts';
import { type ApiAddress, failureOf } from './client.ts';

/** Without a byte for this long the daemon is gone; reading one large row takes no such time. */
const SILENCE_MS = 60_000;
/** A failure is a small JSON document. */
const FAILURE_CHARS_MAX = 65_536;

function open({ port, token }: ApiAddress, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const outgoing = request({ host: '127.0.0.1', port, method: 'GET', path, headers, agent: false }, resolve);
    outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error(`nothing came for ${SILENCE_MS} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function* piecesOf(incoming: IncomingMessage, address: ApiAddress): AsyncGenerator<string> {
  incoming.setEncoding('utf8');
  try {
    for await (const piece of incoming) yield String(piece);
  } catch (cause) {
    const reason = 'the daemon stopped in the middle of the file: what there is of it is not whole';
    throw new PylonError('daemon-unreachable', { value: `127.0.0.1:${address.port}`, reason, cause });
  }
}

/** The file behind a path. @throws PylonError `daemon-unreachable`, or whatever the daemon failed with */
export async function downloadApi(address: ApiAddress, path: string): Promise<ExportedFile> {
  let incoming: IncomingMessage;
  try {
    incoming = await open(address, path);
  } catch (cause) {
    throw new PylonError('daemon-unreachable', { value: `127.0.0.1:${address.port}`, cause });
  }
  const status = incoming.statusCode ?? 0;
  const pieces = piecesOf(incoming, address);
  if (status !== 200) {
    let text = '';
    for await (const piece of pieces) if (text.length < FAILURE_CHARS_MAX) text += piece;
    throw failureOf({ status, text });
  }
  const name = /filename="([A-Za-z0-9._-]{1,128})"/.exec(incoming.headers['content-disposition'] ?? '')?.[1];
  return { name: name ?? 'export', type: incoming.headers['content-type'] ?? '', pieces };
}
