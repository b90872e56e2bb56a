// Whether a word is an ordinary one or likely the name of something. Names must match between answers that agree;
// ordinary words may be others that mean the same.
import { isStopWord } from '../../search/stopwords.ts';
import { tradeSynonyms } from '../../search/thesaurus.ts';
import { stemOf, tokenise } from '../../search/tokens.ts';
import { COMMON_STEMS } from './common-words.ts';
import { meaningOf } from './lexicon.ts';
import { TRADE_WORDS } from './trade-words.ts';

/** Forms that no rule of stemming leads back to their word, and words that join clauses. */
const IRREGULAR = `
arose arisen ate eaten awoke bade beaten became become began begun bent bet bidden bit bitten bled blew blown bore born bound bred
broke broken brought built burnt burst bought caught chose chosen clung came crept dealt drew drawn drank drunk drove driven dug
dwelt fed fell felt fled flew flown forbade forbidden forgot forgotten forgave forgiven fought found froze frozen gave given gone
got gotten grew grown heard held hid hidden hit hung hurt kept knew known laid lain leant learnt led left lent let lit lost made
meant met overcame overran overrode overridden paid proven put quit ran rang read rewritten rewrote ridden rode risen rose rung
said sang sank sat saw seen sent set shaken shed shone shook shot showed shown shrank shrunk shut slept slid slung sold sought
spent spoke spoken sprang spread spun stole stolen stood struck stuck stung sung sunk swept swam swollen sworn swung taken taught
thought threw thrown told tore torn took underwent understood undid undone unwound upheld went withdrawn withdrew withheld woken
won wore worn wound wove woven wrote written wrung
albeit afterwards alongside amongst hence hereby insofar likewise moreover namely nonetheless thereby therefore thereafter thus
together whereafter whereas whereby wherein whereupon
`;
let known: ReadonlySet<string> | undefined;

/** Made at the first use: most runs compare no words. */
function stems(): ReadonlySet<string> {
  known ??= new Set([
    ...COMMON_STEMS.trim().split(/\s+/),
    ...tokenise(TRADE_WORDS).map(({ text }) => stemOf(text)),
    ...tokenise(IRREGULAR).map(({ text }) => stemOf(text)),
  ]);
  return known;
}

const PREFIX = /^(?:un|re|non|dis|in|im|out|over|under|pre|mis|auto|multi|sub|inter|de|co)(?=\w{3})/;

const COMPARED = /(?<=\w{3})(?:i?est|i?er|en)$/;

/** `word` in lower case, `stem` its stem. */
export function isOrdinary(word: string, stem: string): boolean {
  if (word.length <= 2 || stems().has(stem) || isStopWord(word) || meaningOf(stem) !== undefined) return true;
  if (tradeSynonyms(word).length > 0) return true;
  const base = word.replace(PREFIX, '').replace(COMPARED, '');
  return base !== word && (stems().has(stemOf(base)) || stems().has(stemOf(`${base}e`)));
}

/** The stem of what a word denies: "assign" for "unassigned". Undefined for a word that denies nothing. */
export function deniedBy(word: string): string | undefined {
  if (!/^(?:un|non)\w{4,}/.test(word)) return undefined;
  const base = stemOf(word.replace(/^(?:un|non)/, ''));
  return stems().has(base) ? base : undefined;
}
