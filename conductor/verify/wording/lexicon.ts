// What words mean as far as agreement needs it: which mean the same, which mean the opposite, which say the same seen
// from the other end. Written for logs, builds and documents; a word that is not here stands for itself.
import { stemOf } from '../../search/tokens.ts';

/**
 * One group a line; after `|` stand the opposites.
 * - polar: the second half denies the first, as "not" would: "failed" is "not succeeded".
 * - contrast: opposites of which neither is the denial of the other.
 * - converse: opposites that say the same when the two things compared change places: "a is larger than b".
 */
const POLAR = `
succeed success successful successfully pass green|fail failure unsuccessful unsuccessfully break broke broken red
exist present find found discover locate|missing absent nonexistent undefined unresolved
allow permit grant accept approve approval permissible able|revoke deny denied refuse reject forbid disallow prohibit block ban unable forbidden
enable activate|disable deactivate
valid|invalid
correct right proper|incorrect wrong improper
complete finish|incomplete unfinished
know known|unknown unrecognized
reachable|unreachable
readable|unreadable
space|full fill exhaust exhausted
respond response answer reply|timeout unresponsive
heed honor attention obey effect|ignore
current|stale obsolete outdated
online alive|offline dead
healthy|unhealthy faulty
safe|unsafe
supported support|unsupported
encrypted encrypt encryption|unencrypted plaintext
true|false
stable|unstable
use used|unused
`;
const CONTRAST = `
optional omit omitted|mandatory compulsory
public|private
equal same identical|different unequal
keep kept retain|delete remove erase discard lose
increase rise rose grow grew grown climb up|down decrease fall fell drop shrink shrank decline
more over above|less fewer under below
maximum max most highest largest biggest longest|minimum min least lowest smallest shortest
first initial|last final
start begin began launch|stop halt end cease
open|close shut
read|write wrote written
input|output
source|destination target
import|export
encode|decode
push|pull
lock|unlock
connect|disconnect
always|never
upload|download
add append insert|subtract
create make made|destroy
good|bad
early|late
fast quick quickly|slow slowly
parallel simultaneous simultaneously concurrent concurrently|sequential sequentially serial serially
repeatedly|single
new newer|old older
internal|external
local|remote
synchronous|asynchronous
downgrade|upgrade
`;
const CONVERSE = `
before precede|after follow afterwards behind trail
large larger big bigger exceed surpass|small smaller
faster quicker|slower
farther further|nearer closer
higher|lower
earlier sooner|later
parent|child
work job|employ hire
`;
const PLAIN = `
permission access privilege
error fault
crash die died terminate kill killed abort
remove delete
stop halt cease
elect election leader
run ran execute
say said state says according
refuse reject turndown
need require must requirement
forward relay pass
divide split cut
join merge reassemble
link connection connect
log record
warm temperature
whole all every everything total altogether entire
someone somebody
request ask
manual manually hand
pay paid give gave
buy bought purchase sell sold
send sent transmit receive received
lend lent borrow
teach taught learn learnt
change edit modify alter
size big large
precedence win won override
revert undo undid rollback
login logon signin sign
drop lost lose
byte bytes
`;

/** Groups that only tell that a text is about the same thing, never that two words mean the same. */
const RELATED = `
grow grew grown increase rise larger bigger more add
shrink decrease fall drop smaller less reduce
take took last need duration finish complete
change update edit new different upgrade
before previous former old
`;

/** How a word takes part in what a sentence claims. */
export interface Meaning {
  /** The same for words that mean the same, whatever their sign. */
  readonly concept: string;
  readonly kind: 'polar' | 'contrast' | 'converse' | 'plain';
  /** True for the second half of its group. */
  readonly opposite: boolean;
}

const MEANINGS = new Map<string, Meaning>();
function enter(table: string, kind: Meaning['kind']): void {
  for (const line of table.trim().split('\n')) {
    const halves = line.split('|').map((half) => half.split(' '));
    const concept = `${kind}:${halves[0]![0]}`;
    halves.forEach((words, half) => {
      for (const word of words.map(stemOf))
        if (!MEANINGS.has(word)) MEANINGS.set(word, { concept, kind, opposite: half === 1 });
    });
  }
}
enter(POLAR, 'polar');
enter(CONTRAST, 'contrast');
enter(CONVERSE, 'converse');
enter(PLAIN, 'plain');

const KIN = new Map<string, ReadonlySet<string>>();
for (const line of RELATED.trim().split('\n')) {
  const stems = line.split(' ').map(stemOf);
  for (const stem of stems) KIN.set(stem, new Set([...(KIN.get(stem) ?? []), ...stems]));
}

/** Stems of words about the same thing as this one. */
export function kinOf(stem: string): ReadonlySet<string> | undefined {
  return KIN.get(stem);
}

/** What the lexicon knows of a stem. */
export function meaningOf(stem: string): Meaning | undefined {
  return MEANINGS.get(stem);
}

/** "Unassigned" denies "assigned": what a word with such a prefix before an ordinary word means. */
export function deniedMeaning(base: string): Meaning {
  const known = MEANINGS.get(base);
  return { concept: known?.concept ?? base, kind: 'polar', opposite: !(known?.opposite ?? false) };
}

/** Turns of speech that are read as one word, longest first within each. */
export const TURNS: readonly (readonly [turn: RegExp, word: string])[] = [
  [/\b(?:no|not any) longer\b|\bnot (?=\S+(?: \S+)? any ?more\b)/gi, 'not'],
  [/\bnot yet\b/gi, 'not'],
  [/\bmust not be (?=un|in)/gi, 'not be '],
  [/\b(?:more than (?:once|one time)|several times|many times)\b/gi, 'repeatedly'],
  [/\b(?:exactly|only) once\b/gi, 'single'],
  [/\bat the same time\b/gi, 'parallel'],
  [/\bone (?:after|by) (?:the other|another|one)\b/gi, 'sequential'],
  [/\bout of sync\b/gi, 'unsynchronized'],
  [/\bin sync\b/gi, 'synchronized'],
  [/\b(?:take|takes|took|taken) away\b/gi, 'revoke'],
  [/\b(?:get|gets|got) rid of\b/gi, 'remove'],
  [/\b(?:time[ds]?|timing) out\b/gi, 'timeout'],
  [/\b(?:runs?|ran|running|has run|had run) out of\b/gi, 'exhausted'],
  [/\b(?:runs?|ran|running) out\b/gi, 'expire'],
  [/\bout[ -]of[ -]date\b/gi, 'stale'],
  [/\bup[ -]to[ -]date\b/gi, 'current'],
  [/\b(?:turn|turned|turns) (?:\w+ )?down\b/gi, 'reject'],
  [/\bback(?:ed|s|ing)? up\b/gi, 'backup'],
  [/\b(?:left|leave|leaves) out\b/gi, 'omit'],
  [/\b(?:go|goes|went|gone|going) up\b/gi, 'increase'],
  [/\b(?:go|goes|went|gone|going) down\b/gi, 'decrease'],
  [/\b(?:go|goes|went|kept|keep|keeps|carried|carry) on\b/gi, 'continued'],
  [/\b(?:kept|keeps|keep|stops|stopped) ((?:\w+ ){1,4})from being\b/gi, 'prevented $1 being'],
  [/\b(?:kept|keeps|keep) (?=\w+ing\b)/gi, 'continued '],
  [/\brolled back\b|\broll(?:s|ing)? back\b/gi, 'revert'],
  [/\b(?:switched|turned) on\b|\bis on\b/gi, 'enabled'],
  [/\b(?:switched|turned) off\b|\bis off\b/gi, 'disabled'],
  [/\b(?:signed|signs|sign|logged|logs|log) in\b/gi, 'login'],
  [/\bat most\b|\bno more than\b|\bup to\b/gi, 'limit'],
  [/\bat least\b|\bno less than\b/gi, 'minimum'],
  [/\bas soon as\b/gi, 'after'],
  [/\bbetween (\d\S*) and (?=\d)/gi, 'from $1 to '],
  [/\b(disconnect(?:ed|s)?) from\b/gi, '$1 to'],
  [/\bbroke down\b|\bbreaks down\b/gi, 'lost'],
];

/** Words that deny what follows them. */
export const DENIALS: ReadonlySet<string> = new Set(
  'not no never none nobody nothing nowhere neither nor without cannot hardly lack lacks lacked lacking'.split(' '),
);
/** Words after which "to do" means "not done". */
export const FAILING: ReadonlySet<string> = new Set(
  'fail failed fails failing refuse refused refuses unable'.split(' '),
);
/** Words that turn the rest of their clause round without being counted as a denial. */
export const UNLESS: ReadonlySet<string> = new Set(['unless']);
/** "Nobody but", "nothing except", "no … other than": the denial of a denial. */
export const EXCEPTIONS: ReadonlySet<string> = new Set('but except besides'.split(' '));
/** Forms of "be" and "get" that make a passive with the participle after them. */
export const AUXILIARIES: ReadonlySet<string> = new Set(
  'is are was were be been being gets got get has have had'.split(' '),
);
/** Participles that do not end in "ed" or "en". */
export const PARTICIPLES: ReadonlySet<string> = new Set(
  `built bought brought caught cut done found held kept known led left lent lost made met paid put read run said seen sent
  set shown shut sold split spent taught told understood won`.split(/\s+/),
);
/** Words that say what part the next thing plays. */
export const ROLE_WORDS: ReadonlySet<string> = new Set(
  `from to by with of in on at for into onto than as before after above below beyond between between via through under over against without
  until since per`.split(/\s+/),
);
/** Words at which a new clause begins. */
export const CLAUSE_WORDS: ReadonlySet<string> = new Set(
  'and but or because which who that when while whereas although though so since if unless where'.split(' '),
);
/** Stems that undo what they go with: "lost its connection" is "was disconnected". */
export const UNDOING: ReadonlySet<string> = new Set(
  'lost lose stop ceas halt end cancel revert drop cut prevent avoid'.split(' '),
);
/** Stems of words that tell of something lost, wrong or at an end: another text may say so with a "not". */
export const NEGATIVE: ReadonlySet<string> = new Set(
  'lose lost drop error fault warn wrong crash kill abort expir deprec denial conflict instead delet remov violat late lag trail slow corrupt leak limit exceed'.split(
    ' ',
  ),
);
const COUNTERPARTS = `
client server|sender receiver|reader writer|producer consumer|publisher subscriber|buyer seller|lender borrower|parent child
primary replica|master slave|leader follower|caller callee|source destination|source target|upstream downstream
frontend backend|host guest|user admin|left right|inbound outbound|ingress egress|requester provider|employer employee
`;
const COUNTERPART = new Map<string, Set<string>>();
for (const pair of COUNTERPARTS.trim().split(/[|\n]/)) {
  const [one, other] = pair.split(' ').map(stemOf);
  COUNTERPART.set(one!, new Set([...(COUNTERPART.get(one!) ?? []), other!]));
  COUNTERPART.set(other!, new Set([...(COUNTERPART.get(other!) ?? []), one!]));
}

/** Stems of those that play the other part beside this one: the server of a client. Undefined for what plays no part. */
export function counterpartsOf(stem: string): ReadonlySet<string> | undefined {
  return COUNTERPART.get(stem);
}

/** What stands before a name and is none. */
export const TITLES: ReadonlySet<string> = new Set(['mr', 'mrs', 'ms', 'dr', 'prof']);

/** Words that limit a claim: "only", "instead of". They may stand where another text denies the rest. */
export const LIMITING: ReadonlySet<string> = new Set('only just merely instead rather except'.split(' '));
/** A text that ends with one of these was cut off. */
export const DANGLING: ReadonlySet<string> = new Set(
  `a an the of to from by for with at and or but because which that than as into its their this if when while not no
  could would should must may can will shall there`.split(/\s+/),
);
