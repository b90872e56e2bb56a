// Holds OTLP/JSON against the schema that OpenTelemetry publishes (opentelemetry-proto, as generated for its own
// JavaScript SDK): every field must be known to it and of its type.
import { createRequire } from 'node:module';

interface MessageType {
  fromObject(plain: unknown): unknown;
  verify(plain: unknown): string | null;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: unknown): unknown;
}

const root = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root.js');
const REQUEST: MessageType = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

const BYTES = new Set(['traceId', 'spanId', 'parentSpanId']);
const LONG = /UnixNano$|^intValue$/;

/** JSON's spelling of bytes and 64-bit numbers → what the generated code takes; wrong spellings are thrown out. */
function read(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => read(item, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, read(member, key)]));
  if (BYTES.has(name)) {
    const length = name === 'traceId' ? 32 : 16;
    if (typeof value !== 'string' || !new RegExp(`^[0-9a-f]{${length}}$`).test(value) || /^0+$/.test(value))
      throw new RangeError(`${name} is not ${length} hex digits: ${String(value)}`);
    return Buffer.from(value, 'hex');
  }
  if (LONG.test(name) && (typeof value !== 'string' || !/^-?\d+$/.test(value)))
    throw new RangeError(`${name} is not a whole number as a string: ${JSON.stringify(value)}`);
  return value;
}

/** What the JSON says, by what the schema makes of it. */
function written(value: unknown, name: string): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((item) => written(item, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, written(member, key)]));
  return value;
}

/** What the published schema understands of a line, as JSON. @throws RangeError when something has a wrong type */
export function understoodOf(line: string): unknown {
  const plain = read(JSON.parse(line), '');
  const message = REQUEST.fromObject(plain);
  const wrong = REQUEST.verify(message);
  if (wrong !== null) throw new RangeError(wrong);
  const decoded = REQUEST.decode(REQUEST.encode(message).finish());
  return written(REQUEST.toObject(decoded, { longs: String, enums: Number }), '');
}

/** The line without what protobuf leaves out: zero, false, the empty text and the empty list where they are the default. */
export function withoutDefaults(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDefaults(item, name));
  if (typeof value !== 'object' || value === null) return value;
  const isOneOf = /^value$/.test(name);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !(Array.isArray(member) && member.length === 0))
      .filter(([, member]) => isOneOf || (member !== 0 && member !== '' && member !== false))
      .map(([key, member]) => [key, withoutDefaults(member, key)]),
  );
}
