// An answer that is more than JSON: with headers of its own, or of another type. Routes return it instead of a plain value.
import type { Readable } from 'node:stream';

export class Answer {
  /** JSON when it is a value, as it is when it is bytes or a stream; undefined for none (204). */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  private constructor(body: unknown, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }

  /** No content, only headers. */
  static empty(headers: Readonly<Record<string, string>> = {}): Answer {
    return new Answer(undefined, headers);
  }

  /** Bytes of a type. @param headers more of them, such as Content-Disposition */
  static of(
    body: Uint8Array | Readable | string,
    type: string,
    headers: Readonly<Record<string, string>> = {},
  ): Answer {
    const bytes = body instanceof Uint8Array && !Buffer.isBuffer(body) ? Buffer.from(body) : body;
    return new Answer(bytes, { 'content-type': type, ...headers });
  }
}
