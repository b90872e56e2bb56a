// A world that ends where some places end: what a deeper exploration may see. Offsets and lines stay those of the user's files, so that
// what it cites needs no translation.
import { PylonError } from '../../../protocol/errors.ts';
import { mergedPlaces } from './look/parts.ts';
import type { Passage, Place, World } from './world.ts';

type Bytes = Pick<Passage, 'file' | 'startByte' | 'endByte'>;

/** Only the bytes of these places can be read, searched, cut and asked about. */
export function narrowed(world: World, places: readonly Place[]): World {
  const allowed = mergedPlaces(places);
  const holds = ({ file, startByte, endByte }: Bytes) =>
    allowed.some((place) => place.file === file && place.startByte <= startByte && endByte <= place.endByte);
  const check = (file: number, startByte: number, endByte: number) => {
    if (!holds({ file, startByte, endByte }))
      throw new PylonError('action-refused', {
        value: `${file}:${startByte}-${endByte}`,
        reason: 'these bytes are not among those that are explored here',
      });
  };
  const within = (files?: readonly number[], asked?: readonly Place[]): Place[] => {
    const parts = asked === undefined ? allowed : shared(allowed, asked);
    return files === undefined ? [...parts] : parts.filter(({ file }) => files.includes(file));
  };
  return {
    sources: world.sources.map((source) => {
      const parts = allowed.filter(({ file }) => file === source.file);
      const bytes = parts.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
      return { ...source, within: { startByte: parts[0]?.startByte ?? 0, bytes } };
    }),
    tools: [],
    read: async (file, startByte, endByte) => {
      check(file, startByte, endByte);
      return world.read(file, startByte, endByte);
    },
    locate: async (file, startByte, endByte, signal) => {
      check(file, startByte, endByte);
      return world.locate(file, startByte, endByte, signal);
    },
    lines: async (file, startLine, endLine, signal) => {
      const passage = await world.lines(file, startLine, endLine, signal);
      check(file, passage.startByte, passage.endByte);
      return passage;
    },
    search: ({ files, passages, ...rest }, signal) =>
      world.search({ ...rest, passages: within(files, passages) }, signal),
    cut: ({ files, passages, ...rest }, signal) => world.cut({ ...rest, passages: within(files, passages) }, signal),
    fanOut: ({ passages, ...rest }, signal) => {
      const asked = passages?.map((part) => ({ ...part, startLine: 1 }));
      const parts = asked === undefined ? allowed : shared(allowed, asked);
      const bytes = parts.map(({ file, startByte, endByte }) => ({ file, startByte, endByte }));
      return world.fanOut({ ...rest, passages: bytes }, signal);
    },
    ask: (request, signal) => world.ask(request, signal),
    tool: async ({ tool }) => {
      throw new PylonError('action-refused', { value: tool, reason: 'a deeper exploration has no tools' });
    },
  };
}

/** What both lists have, with the lines of the list that the place begins in. */
function shared(allowed: readonly Place[], asked: readonly Place[]): Place[] {
  return allowed.flatMap((one) =>
    asked.flatMap((other) => {
      if (one.file !== other.file) return [];
      const startByte = Math.max(one.startByte, other.startByte);
      const endByte = Math.min(one.endByte, other.endByte);
      const startLine = other.startByte >= one.startByte ? other.startLine : one.startLine;
      return startByte < endByte ? [{ file: one.file, startByte, endByte, startLine }] : [];
    }),
  );
}
