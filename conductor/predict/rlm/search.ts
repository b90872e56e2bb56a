// Search over a corpus: for a text, for a pattern, or ranked. It streams, so that memory does not grow with the input.
import { PylonError } from '../../../protocol/errors.ts';
import type { Corpus } from '../../ports.ts';
import type { QueryOptions } from '../../search/query.ts';
import { caselessFinder, exactFinder, type Finder } from './look/finders.ts';
import { partsOf } from './look/parts.ts';
import { patternFinder } from './look/pattern-finder.ts';
import { ranked } from './look/ranked.ts';
import { scan } from './look/scan.ts';
import type { RegexEngine, SearchRequest, SearchResult } from './world.ts';

/** Between two blocks a search can be interrupted: smaller where a block may take long. */
const PATTERN_BLOCK_BYTES = 65_536;

export interface SearchParts {
  readonly corpus: Corpus;
  readonly regex: RegexEngine;
  /** Words that mean the same, for the ranked search. */
  readonly synonyms?: QueryOptions['synonyms'];
}

/** @throws PylonError `pattern-invalid` | `input-unreadable` | `input-changed` | what the signal was aborted with */
export async function search(
  { corpus, regex, synonyms }: SearchParts,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchResult> {
  const parts = partsOf(corpus, request);
  const { text, hitsMax } = request;
  if (request.mode === 'bm25')
    return ranked(corpus, parts, { text, hitsMax, ...(synonyms === undefined ? {} : { synonyms }) }, signal);
  const finder = finderOf(regex, request);
  const feedsInMatch = request.mode === 'literal' ? text.split('\n').length - 1 : 0;
  const blocks = request.mode === 'regex' ? { blockBytes: PATTERN_BLOCK_BYTES } : {};
  return scan(corpus, parts, { finder, feedsInMatch, hitsMax, ...blocks }, signal);
}

function finderOf(regex: RegexEngine, { mode, text, ignoreCase }: SearchRequest): Finder {
  if (text === '') throw new PylonError('pattern-invalid', { reason: 'there is nothing to search for' });
  if (mode === 'regex') return patternFinder(regex.compile(text, ignoreCase));
  return ignoreCase ? caselessFinder(text) : exactFinder(text);
}
