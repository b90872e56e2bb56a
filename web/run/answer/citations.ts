// The answer in pieces: text, and the marks `[3]` in it that name a citation which is there.

export type Piece = { readonly text: string } | { readonly citation: number };

/** @param count citations that there are; other numbers in brackets are text */
export function piecesOf(output: string, count: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const mark of output.matchAll(/\[(\d{1,4})\]/g)) {
    const citation = Number(mark[1]);
    if (citation < 1 || citation > count) continue;
    if (mark.index > from) pieces.push({ text: output.slice(from, mark.index) });
    pieces.push({ citation });
    from = mark.index + mark[0].length;
  }
  if (from < output.length) pieces.push({ text: output.slice(from) });
  return pieces;
}

/** `#citation-3` → 3. */
export function citationOf(hash: string): number | undefined {
  const digits = /^#citation-(\d{1,4})$/.exec(hash)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
