// Copies a text out of the larger one it was cut from.

/**
 * The same text in memory of its own. What the store reads is cut out of a row of many events, and a hundred thousand hashes
 * that are kept would keep as many rows.
 * @param ascii such as a hash or an id
 */
export function ownText(ascii: string): string {
  return Buffer.from(ascii, 'latin1').toString('latin1');
}
