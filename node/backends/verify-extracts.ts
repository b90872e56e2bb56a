// The Verifier without a model: a claim holds when a quote it cites contains its words. It knows nothing of meaning,
// so it refuses what is merely true.
import { NOTHING_FOUND } from '../../conductor/search/answer.ts';
import type { Evidence, VerifierInput, VerifierOutput } from '../../protocol/signature.ts';

const CLAIMS_MAX = 64;
const CLAIM_CHARS_MAX = 1_000;
const MARKS = /(?: ?\[\d{1,6}\])+$/;

/** Checks every line of the answer, and where a line carries several claims every claim, against what it cites. */
export function verifyExtracts({ answer, evidence }: VerifierInput): VerifierOutput {
  const quotes = new Map(evidence.map((item) => [item.n, fold(item.quote)]));
  if (evidence.length === 0 && answer === NOTHING_FOUND) return { supported: true, unsupported: [] };
  const unsupported = answer
    .split('\n')
    .map(fold)
    .filter((line) => line !== '')
    .flatMap((line) =>
      isCarried(line, quotes) ? [] : claimsOf(line, evidence).filter((claim) => !isCarried(claim, quotes)),
    );
  const listed = unsupported.slice(0, CLAIMS_MAX).map((claim) => claim.trim().slice(0, CLAIM_CHARS_MAX));
  return { supported: unsupported.length === 0, unsupported: listed };
}

/** `words [1][2]`: a quote of 1 or of 2 contains the words, white space apart; `…` at the end stands for the rest. */
function isCarried(claim: string, quotes: ReadonlyMap<number, string>): boolean {
  const marks = MARKS.exec(claim.trim());
  if (!marks) return false;
  const words = claim.trim().slice(0, marks.index).replace(/…$/, '').trim();
  if (words === '') return true;
  return [...marks[0].matchAll(/\d+/g)].some(([n]) => quotes.get(Number(n))?.includes(words) ?? false);
}

/** A line cut behind each run of marks that names evidence; log lines hold brackets of their own. */
function claimsOf(line: string, evidence: readonly Evidence[]): string[] {
  const known = new Set(evidence.map((item) => String(item.n)));
  const claims: string[] = [];
  let from = 0;
  for (const run of line.matchAll(/(?: ?\[(\d{1,6})\])+/g)) {
    if (!known.has(run[1]!)) continue;
    claims.push(line.slice(from, run.index + run[0].length));
    from = run.index + run[0].length;
  }
  const rest = line.slice(from);
  return rest.replace(/[.\s]+/g, '') === '' ? claims : [...claims, rest];
}

function fold(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
