// A page of its own: every text in it escaped, one style sheet, no script, and a policy that lets it load nothing.
import { createHash } from 'node:crypto';
import { inert } from '../../protocol/text.ts';

/** Markup that may stand in a page; text becomes it only by `text` or `html`. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of anybody, as text. */
export function text(value: string): Html {
  return new Html(inert(value).replace(/[&<>"']/g, (letter) => ESCAPES[letter]!));
}

type Part = Html | string | number | readonly Html[];

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(({ markup }) => markup).join('');
  return text(String(part)).markup;
}

/** A template whose values are text unless they are markup already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, part] of parts.entries()) markup += markupOf(part) + (strings[index + 1] ?? '');
  return new Html(markup);
}

export const NOTHING = new Html('');

/** What a page with this style sheet and nothing else needs. */
export function policyOf(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** What comes before the body. @param style the one style sheet */
export function pageHead(title: string, style: string): string {
  const policy = policyOf(style);
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
`;
  return `${head.markup}<style>${style}</style>\n</head>\n<body>\n`;
}
