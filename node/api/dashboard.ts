// The pages: what `npm run build` made of web/, served as it is. Every address of the app gets the one page, which finds its
// view by the address; what it asks of the API it asks with its session.
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { PylonError } from '../../protocol/errors.ts';
import { errnoOf } from '../home.ts';

const INDEX = 'index.html';
/** Below it names carry a hash of their content, so that they never change. */
const HASHED_FOLDER = 'assets/';
/** No segment begins with a dot, so no name leads out of the folder. */
const NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*){0,3}$/;
const NAME_CHARS_MAX = 256;
/** Far more than a build has; what is not kept is read again. */
const PAGES_KEPT = 256;
const PAGE_BYTES_MAX = 8_388_608;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = /^(text\/|image\/svg|application\/)/;
/** Smaller ones fit one packet as they are. */
const COMPRESSED_BYTES_MIN = 1_024;

const ENCODERS = {
  br: promisify<Buffer, Buffer>(brotliCompress),
  gzip: promisify<Buffer, Buffer>(gzip),
} as const;
type Encoding = keyof typeof ENCODERS | 'identity';

interface Page {
  readonly mtimeMs: number;
  readonly size: number;
  readonly type: string;
  readonly hash: string;
  /** By encoding; made when first asked for. */
  readonly bodies: Map<Encoding, Promise<Buffer>>;
}

export interface Served {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent with 304. */
  readonly body?: Buffer;
}

export interface PageRequest {
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Browsers offer brotli to loopback or not; all take gzip. */
function encodingFor(accepted: string | undefined, { type, size }: Page): Encoding {
  if (!COMPRESSED.test(type) || size < COMPRESSED_BYTES_MIN) return 'identity';
  const offered = (accepted ?? '').split(',').map((part) => part.trim().toLowerCase());
  if (offered.includes('br')) return 'br';
  return offered.includes('gzip') ? 'gzip' : 'identity';
}

export class Dashboard {
  readonly #folder: string;
  /** Oldest first. */
  readonly #pages = new Map<string, Page>();

  /** @param folder absolute: what the build made */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async isBuilt(): Promise<boolean> {
    return (await this.#page(INDEX)) !== undefined;
  }

  /**
   * @param path what follows `/rlm/`, decoded
   * @returns undefined for an asset that is not there. @throws PylonError `dashboard-unbuilt`
   */
  async serve(path: string, request: PageRequest): Promise<Served | undefined> {
    const isAsset = path.startsWith(HASHED_FOLDER);
    const own = await this.#page(path);
    if (own !== undefined) return this.#answer(own, request, isAsset);
    if (isAsset) return undefined;
    const index = await this.#page(INDEX);
    if (index === undefined) throw new PylonError('dashboard-unbuilt');
    return this.#answer(index, request, false);
  }

  async #answer(page: Page, request: PageRequest, isForever: boolean): Promise<Served> {
    const encoding = encodingFor(request.acceptEncoding, page);
    const etag = `"${page.hash}-${encoding}"`;
    const headers = {
      etag,
      vary: 'accept-encoding',
      'cache-control': isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    };
    if (request.ifNoneMatch === etag) return { status: 304, headers };
    const encoded = encoding === 'identity' ? {} : { 'content-encoding': encoding };
    const body = await this.#body(page, encoding);
    return { status: 200, headers: { ...headers, ...encoded, 'content-type': page.type }, body };
  }

  async #body(page: Page, encoding: Encoding): Promise<Buffer> {
    const plain = page.bodies.get('identity')!;
    if (encoding === 'identity') return plain;
    let body = page.bodies.get(encoding);
    if (body === undefined) {
      body = plain.then((bytes) => ENCODERS[encoding](bytes));
      page.bodies.set(encoding, body);
    }
    return body;
  }

  /** A file of the build; undefined when there is none of this name. Built anew, it is read anew. */
  async #page(name: string): Promise<Page | undefined> {
    if (name.length > NAME_CHARS_MAX || !NAME.test(name)) return undefined;
    const path = join(this.#folder, name);
    try {
      const status = await lstat(path);
      if (!status.isFile() || status.size > PAGE_BYTES_MAX) return undefined;
      const known = this.#pages.get(name);
      if (known?.mtimeMs === status.mtimeMs && known.size === status.size) return known;
      const bytes = await readFile(path);
      return this.#keep(name, bytes, status.mtimeMs);
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR') return undefined;
      throw thrown;
    }
  }

  #keep(name: string, bytes: Buffer, mtimeMs: number): Page {
    const page = {
      mtimeMs,
      size: bytes.length,
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      hash: createHash('sha256').update(bytes).digest('hex').slice(0, 32),
      bodies: new Map([['identity' as const, Promise.resolve(bytes)]]) as Page['bodies'],
    };
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size < PAGES_KEPT) break;
      this.#pages.delete(oldest);
    }
    this.#pages.set(name, page);
    return page;
  }
}
