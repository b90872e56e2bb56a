// Keeps an Extractor's output within the characters the asker takes: the best findings that fit, never a refusal.
import { FINDINGS_MAX, QUOTE_CHARS_MAX } from '../../protocol/limits.ts';
import type { Finding } from '../../protocol/signature.ts';

/** `{"findings":[]}` and what a provider wraps round it. */
const FRAME_CHARS = 16;

/** The findings, best first, as many as fit in `maxOutputChars` of JSON; a quote too long to fit is cut, still exact. */
export function fitFindings(findings: readonly Finding[], maxOutputChars: number): Finding[] {
  const ranked = [...findings].sort((one, other) => other.score - one.score).slice(0, FINDINGS_MAX);
  const kept: Finding[] = [];
  let room = maxOutputChars - FRAME_CHARS;
  for (const finding of ranked) {
    const fitting = kept.length === 0 ? shrink(finding, room) : finding;
    const size = JSON.stringify(fitting).length + 1;
    if (size > room) continue;
    kept.push(fitting);
    room -= size;
  }
  return kept;
}

/** The first `charsMax` UTF-16 units of a quote, never half a character. */
export function cutQuote(quote: string, charsMax: number = QUOTE_CHARS_MAX): string {
  if (quote.length <= charsMax) return quote;
  return quote.slice(0, charsMax).replace(/[\ud800-\udbff]$/, '');
}

function shrink(finding: Finding, room: number): Finding {
  let fitting = finding;
  if (JSON.stringify(fitting).length >= room && fitting.note !== undefined) {
    const { note: _, ...rest } = fitting;
    fitting = rest;
  }
  while (JSON.stringify(fitting).length >= room && fitting.quote.length > 1) {
    const surplus = JSON.stringify(fitting).length + 1 - room;
    const charsMax = Math.max(1, fitting.quote.length - Math.max(1, Math.ceil(surplus / 6)));
    const quote = cutQuote(fitting.quote, charsMax);
    if (quote === '') break;
    fitting = { ...fitting, quote };
  }
  return fitting;
}
