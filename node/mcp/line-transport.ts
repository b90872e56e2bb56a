// The transport of MCP over a pair of streams: one message a line. That of the SDK looks through all that has come with each piece, which
// for a text of twenty megabytes takes longer than answering; this one looks at each byte once.
import type { Readable, Writable } from 'node:stream';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

const LINE_FEED = 10;
/** Looked at for the id of a message that is too long: clients write it first or last. */
const END_BYTES = 256;
const INVALID_REQUEST = -32_600;

/** Bytes up to a line end, unless they are too many. */
class LineReader {
  readonly #bytesMax: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whole lines; of one that is too long its two ends, as `tooLong`. */
  *push(piece: Buffer): Generator<{ readonly line: Buffer; readonly tooLong: boolean }> {
    for (let from = 0; from < piece.length; ) {
      const feed = piece.indexOf(LINE_FEED, from);
      const end = feed < 0 ? piece.length : feed;
      this.#take(piece.subarray(from, end));
      from = end + 1;
      if (feed < 0) return;
      const line = Buffer.concat(this.#parts);
      const tooLong = this.#bytes > this.#bytesMax;
      this.#parts = [];
      this.#bytes = 0;
      yield { line, tooLong };
    }
  }

  #take(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.#parts.push(bytes);
    if (this.#bytes <= this.#bytesMax) return;
    const all = Buffer.concat(this.#parts);
    this.#parts = [Buffer.from(all.subarray(0, END_BYTES)), Buffer.from(all.subarray(-END_BYTES))];
  }
}

/** The id of a request of which only the ends are known. */
function idIn(ends: string): RequestId | undefined {
  const found = /^\s*\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{1,64}")/.exec(ends);
  const last = /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{1,64}")\s*\}\s*$/.exec(ends);
  const text = (found ?? last)?.[1];
  return text === undefined ? undefined : (JSON.parse(text) as RequestId);
}

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #bytesMax: number;
  readonly #reader: LineReader;
  #isClosed = false;
  readonly #onData = (piece: Buffer): void => {
    for (const { line, tooLong } of this.#reader.push(piece)) this.#read(line, tooLong);
  };
  readonly #onEnd = (): void => void this.close();
  readonly #onError = (error: Error): void => this.onerror?.(error);

  /** @param bytesMax of one message; a longer one is refused, and nothing else happens */
  constructor(input: Readable, output: Writable, bytesMax: number) {
    this.#input = input;
    this.#output = output;
    this.#bytesMax = bytesMax;
    this.#reader = new LineReader(bytesMax);
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#onData);
    this.#input.on('error', this.#onError);
    this.#input.once('end', this.#onEnd);
    this.#input.once('close', this.#onEnd);
    this.#output.once('error', this.#onEnd);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => this.#output.write(serializeMessage(message), () => resolve()));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off('data', this.#onData);
    this.#input.pause();
    this.onclose?.();
  }

  #read(line: Buffer, tooLong: boolean): void {
    if (this.#isClosed) return;
    const text = line.toString('utf8');
    if (tooLong) this.#refuse(text);
    else if (text.trim() !== '') this.#hear(text);
  }

  #hear(text: string): void {
    try {
      this.onmessage?.(deserializeMessage(text));
    } catch (thrown) {
      this.onerror?.(thrown instanceof Error ? thrown : new TypeError(String(thrown)));
    }
  }

  #refuse(ends: string): void {
    const message = `a message is longer than ${this.#bytesMax} bytes: write long text to a file, and name its path`;
    const id = idIn(ends);
    this.onerror?.(new RangeError(message));
    if (id !== undefined) void this.send({ jsonrpc: '2.0', id, error: { code: INVALID_REQUEST, message } });
  }
}
