// Questions about real files of this repository: its examples, its documents, its own source. The lines that carry an answer are named by
// their words and found when the task is made, so that a file may grow; a test tells when the words are gone.

export interface RealQuestion {
  readonly id: string;
  readonly question: string;
  /** Files or folders, from the root of the repository. */
  readonly inputs: readonly string[];
  /** Path → words of each line that carries the answer. One of them is enough to know it. */
  readonly evidence: readonly { readonly path: string; readonly quote: string }[];
  /** A pattern that a right answer has. */
  readonly accept: string;
  /** The answer of somebody who has read a line of the evidence. */
  readonly answer: string;
}

const LOG = 'examples/build.log';
const HANDBOOK = 'examples/job-system-handbook.md';

export const LOG_QUESTIONS: readonly RealQuestion[] = [
  {
    id: 'cause',
    question: 'Why does this build fail?',
    inputs: [LOG],
    evidence: [{ path: LOG, quote: 'sort: write failed: /srv/build/scratch/sortFKPvYP: No space left on device' }],
    accept: 'no space left|scratch.*full',
    answer: 'sort could not write to /srv/build/scratch: No space left on device.',
  },
  {
    id: 'directory',
    question: 'Which directory ran out of space?',
    inputs: [LOG],
    evidence: [{ path: LOG, quote: 'sort: write failed: /srv/build/scratch/sortFKPvYP: No space left on device' }],
    accept: '/srv/build/scratch',
    answer: '/srv/build/scratch',
  },
  {
    id: 'revision',
    question: 'Why could the revision not be determined?',
    inputs: [LOG],
    evidence: [{ path: LOG, quote: 'fatal: not a git repository (or any of the parent directories): .git' }],
    accept: 'not a git repository',
    answer: 'It was not a git repository.',
  },
  {
    id: 'lz4',
    question: 'Which LZ4 does librdkafka use, and why?',
    inputs: [LOG],
    evidence: [
      { path: LOG, quote: 'Could NOT find LZ4 (missing: LZ4_LIBRARY LZ4_INCLUDE_DIR)' },
      { path: LOG, quote: '-- Using bundled LZ4 implementation.' },
    ],
    accept: 'bundled',
    answer: 'The bundled one, because no LZ4 was found.',
  },
  {
    id: 'first-error',
    question: 'What is the first compile error?',
    inputs: [LOG],
    evidence: [{ path: LOG, quote: "probes_rdkafka_01.c:5:25: error: 'SYM_rd_kafka_version' undeclared" }],
    accept: 'SYM_rd_kafka_version',
    answer: "'SYM_rd_kafka_version' is undeclared.",
  },
  {
    id: 'retry-storm',
    question: 'How many calls a second did the fleet make during the retry storm?',
    inputs: [HANDBOOK],
    evidence: [{ path: HANDBOOK, quote: 'By 09:04 the fleet made 108 calls a second where 4 were usual' }],
    accept: '\\b108\\b',
    answer: '108 calls a second.',
  },
  {
    id: 'restore',
    question: 'How long does a restore of the database take?',
    inputs: [HANDBOOK],
    evidence: [{ path: HANDBOOK, quote: "A restore of Marigold's database takes 52 minutes" }],
    accept: '\\b52 minutes\\b',
    answer: '52 minutes.',
  },
  {
    id: 'fonts',
    question: 'What was the true cause of the missing fonts?',
    inputs: [HANDBOOK],
    evidence: [
      { path: HANDBOOK, quote: 'memory file system of 2 GB that was full of abandoned files' },
      { path: HANDBOOK, quote: 'The font cache could not be written' },
    ],
    accept: '/tmp|memory file system|font cache could not',
    answer: 'The memory file system /tmp was full, so that the font cache could not be written.',
  },
];

const COURIER = 'examples/source';
const POLICY = `${COURIER}/internal/delivery/policy.go`;
const LIMITS = 'protocol/limits.ts';

export const REPO_QUESTIONS: readonly RealQuestion[] = [
  {
    id: 'retry-limit',
    question: 'Where is the retry limit set, and to what?',
    inputs: [COURIER],
    evidence: [{ path: POLICY, quote: 'const attemptsMax = 14' }],
    accept: '\\b14\\b',
    answer: 'attemptsMax is 14.',
  },
  {
    id: 'signature-age',
    question: 'How old may a signature be?',
    inputs: [COURIER],
    evidence: [{ path: `${COURIER}/internal/signature/signature.go`, quote: 'const tolerance = 5 * time.Minute' }],
    accept: '\\b(5|five) (\\* time\\.Minute|minutes)',
    answer: '5 minutes.',
  },
  {
    id: 'redirects',
    question: 'Why are redirects not followed?',
    inputs: [COURIER],
    evidence: [{ path: POLICY, quote: 'Other 4xx, and redirects, which we do not follow: a signed body must not' }],
    accept: 'signed body',
    answer: 'A signed body must not travel to an address that nobody registered.',
  },
  {
    id: 'two-workers',
    question: 'What keeps two workers from claiming the same event?',
    inputs: [COURIER],
    evidence: [{ path: `${COURIER}/internal/spool/spool.go`, quote: 'rename(2) is atomic within one file system' }],
    accept: 'atomic',
    answer: 'rename(2) is atomic within one file system.',
  },
  {
    id: 'chunk-bytes',
    question: 'How many bytes does a chunk have by default?',
    inputs: ['protocol'],
    evidence: [{ path: LIMITS, quote: 'export const CHUNK_BYTES_DEFAULT = 16_000;' }],
    accept: '16[_,]?000',
    answer: '16,000 bytes.',
  },
  {
    id: 'announcement',
    question: 'How many seconds does an announcement live?',
    inputs: ['protocol'],
    evidence: [{ path: LIMITS, quote: 'export const ANNOUNCEMENT_SECONDS = 600;' }],
    accept: '\\b600\\b',
    answer: '600 seconds.',
  },
  {
    id: 'sign-of-life',
    question: 'After how many milliseconds without a sign of life is a provider asked no longer?',
    inputs: ['protocol'],
    evidence: [{ path: LIMITS, quote: 'export const SIGN_OF_LIFE_MS = 2_500;' }],
    accept: '2[_,]?500',
    answer: '2,500 milliseconds.',
  },
];
