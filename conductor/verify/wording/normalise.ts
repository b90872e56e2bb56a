// One spelling for text that is the same: Unicode NFC, plain quotes and dashes, single spaces, no invisible characters and
// no Markdown marks. What is left differs only where the words do.

/** Characters that show nothing and could hide a word from a comparison: soft hyphen, zero width, direction marks, BOM. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const SINGLE_QUOTES = /[\u2018\u2019\u201a\u2032]/g;
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u2033\u00ab\u00bb]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
/** List bullets, headings and block quotes at the begin of a line, and what makes text bold. */
const MARKDOWN = /^[ \t]*(?:[-*+•]|#{1,6}|>+)[ \t]+|\*\*|__(?=\w)|(?<=\w)__/gm;

/** The text in its one spelling. Case is kept: it tells names from words. */
export function normaliseText(text: string): string {
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(SPACED_DIGITS, '')
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-')
    .replace(/…/g, '...')
    .replace(MARKDOWN, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Thin and no-break spaces between groups of three digits. */
const SPACED_DIGITS = /(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g;

const GROUPED = /^[+-]?\d{1,3}(?:[,'_]\d{3})+(?:\.\d+)?$/;
const PLAIN = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * The one spelling of a number in text: "1,606" and "1606.0" are "1606". A decimal part other than zeros stays digit for
 * digit: 3.1 and 3.10 are different versions. Undefined for what is no number.
 */
export function normaliseNumber(text: string): string | undefined {
  if (!PLAIN.test(text) && !GROUPED.test(text)) return undefined;
  const [whole = '', decimals = ''] = text.replace(/[,'_]/g, '').replace(/^\+/, '').split('.');
  const sign = whole.startsWith('-') ? '-' : '';
  const digits = whole.replace(/^-/, '').replace(/^0+(?=\d)/, '');
  const rest = /^0*$/.test(decimals) ? '' : `.${decimals}`;
  return digits === '0' && rest === '' ? '0' : `${sign}${digits}${rest}`;
}
