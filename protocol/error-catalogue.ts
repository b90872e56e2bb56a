// The catalogue of error codes. A code is stable: scripts, tests, docs/errors.md and the wire (NIP-90 error
// feedback) name it. The comments between the rows are the document's headings.
import { ARTIFACT_ERRORS } from './artifact-errors.ts';
import { COMPILE_ERRORS } from './compile-errors.ts';
import { DSE_ERRORS } from './dse-errors.ts';
import { type CatalogueRow, EXIT, row } from './error-row.ts';
import { GATE_ERRORS } from './gate-errors.ts';
import { MONEY_ERRORS } from './money-errors.ts';
import { NIGHT_ERRORS } from './night-errors.ts';
import { PREDICT_ERRORS } from './predict-errors.ts';
import { RLM_ERRORS } from './rlm-errors.ts';
import { SYNC_ERRORS } from './sync-errors.ts';

export { EXIT } from './error-row.ts';

/** code → what it means, what to do next, and the exit code a command ends with. */
export const CATALOGUE = {
  // Input
  'input-missing': row(EXIT.usage, 'the input does not exist', 'check the path, or use `-` to read standard input'),
  'input-unreadable': row(EXIT.usage, 'the input cannot be read', 'check its permissions'),
  'input-empty': row(EXIT.usage, 'there is nothing to read in the input', 'name a file with text in it'),
  'input-binary': row(EXIT.usage, 'the input is not text', 'convert it to text first'),
  'input-outside': row(
    EXIT.usage,
    'the input is outside of the folders that may be read here',
    'name one inside of them, or let `pylon mcp` read more with --allow <folder>',
  ),
  'source-unknown': row(
    EXIT.usage,
    'it is not known where this input of the run is',
    'only the home that made a run knows its files: look there, or search this machine for the name',
  ),
  'source-gone': row(
    EXIT.failed,
    'the file that was read is not there any more',
    'bring it back to see its lines; what came over a pipe is never kept, and text of a message while there is room for it',
  ),
  'input-changed': row(EXIT.failed, 'the input changed while it was read', 'ask again once nothing writes to it'),
  'query-empty': row(EXIT.usage, 'the question is empty', 'put a question in quotes: pylon rlm "Why …?" --file …'),
  'query-too-long': row(
    EXIT.usage,
    'the question is longer than 4,096 characters',
    'put long text in a file and pass it with --file',
  ),
  // Options and configuration
  'option-invalid': row(EXIT.usage, 'an option has a value it cannot have', 'see `pylon <command> --help`'),
  'config-invalid': row(
    EXIT.usage,
    'a configuration key has a value it cannot have',
    'fix the key in config.toml or unset the variable',
  ),
  'config-unreadable': row(
    EXIT.usage,
    'the configuration file is not valid TOML or cannot be read',
    'fix the line named, or move the file away',
  ),
  'quorum-invalid': row(
    EXIT.usage,
    'the quorum is not one of all, a fraction, a count or best-effort',
    'use --quorum all, 0.8, 5 or best-effort',
  ),
  'verification-invalid': row(
    EXIT.usage,
    'the verification tier is unknown',
    'use --verify none, credibility, redundancy:2of3, objective, objective:schema.json or validated:<npub>',
  ),
  'verification-unavailable': row(
    EXIT.usage,
    'nobody here can give the verification asked for',
    'start what is missing, name another relay, or use a weaker --verify',
  ),
  'schema-invalid': row(
    EXIT.usage,
    'the file is not a JSON Schema that can be applied',
    'give a JSON Schema of draft 2020-12 or 7 for the `findings` document (docs/verification.md)',
  ),
  'public-key-invalid': row(
    EXIT.usage,
    'it is not a public key',
    'give an npub1… or 64 lowercase hex digits; `pylon init` prints the one of this home',
  ),
  'verification-failed': row(
    EXIT.verification,
    'the answers to a chunk do not agree as the verification tier asks',
    'ask for more voices (--verify redundancy:3of5), or use --verify credibility',
  ),
  'relay-url-invalid': row(
    EXIT.usage,
    'the relay address is not a ws:// or wss:// URL',
    'write it as wss://host or ws://127.0.0.1:PORT',
  ),
  'money-invalid': row(EXIT.usage, 'the amount is not a whole number of msat from 0 to 2^53-1', 'write whole sats'),
  // The machine
  'home-unwritable': row(
    EXIT.failed,
    'PYLON_HOME cannot be written',
    'free space or fix permissions, set PYLON_HOME elsewhere, or use --no-log',
  ),
  'store-locked': row(EXIT.failed, 'another process holds the store', 'stop it (`pylon stop`), or use --no-log'),
  'store-corrupt': row(
    EXIT.failed,
    'the store cannot be read',
    'move PYLON_HOME/store away and import the runs from PYLON_HOME/runs',
  ),
  'store-failed': row(EXIT.failed, 'the store could not be written', 'free disk space and ask again, or use --no-log'),
  'identity-invalid': row(
    EXIT.failed,
    'the identity file is damaged',
    'restore PYLON_HOME/identity.json from a backup, or move it away to get a new identity',
  ),
  'port-in-use': row(EXIT.failed, 'the port is taken', 'choose another with --port, or 0 for any'),
  'daemon-running': row(EXIT.failed, 'a daemon already runs for this home', 'use it, or stop it with `pylon stop`'),
  'daemon-unreachable': row(
    EXIT.failed,
    'the daemon does not answer',
    'see its log in PYLON_HOME/pylon.log, then `pylon stop` and `pylon start`',
  ),
  'daemon-start-failed': row(EXIT.failed, 'the daemon did not come up', 'read PYLON_HOME/pylon.log'),
  // Runs
  'run-unknown': row(EXIT.usage, 'no run has this id', 'see `pylon rlm history`'),
  'experiment-unknown': row(EXIT.usage, 'no experiment has this name', 'see `pylon experiment list`'),
  'bench-unavailable': row(
    EXIT.usage,
    'the benchmark harness is not part of this installation',
    'it comes with a checkout: clone the repository, run `npm ci` there, then `npx pylon bench run`',
  ),
  'bench-results-invalid': row(
    EXIT.usage,
    'these are no results of `pylon bench run`',
    'name an experiment, a results.jsonl or the folder it is in',
  ),
  'run-ambiguous': row(EXIT.usage, 'several runs begin with this id', 'give more of it'),
  'payload-unknown': row(
    EXIT.usage,
    'no payload with this hash is kept for this run',
    'see its preview in the trace: what a busy disk could not take is not kept',
  ),
  'run-not-resumable': row(
    EXIT.usage,
    'the run cannot go on',
    'only a run that was interrupted can, in the home that began it; ask again for a new one',
  ),
  'run-folder-invalid': row(
    EXIT.usage,
    'this is not a run',
    'name a folder that holds config.json, metrics.json and trace.jsonl, or a file that `pylon rlm export --format jsonl` wrote',
  ),
  'run-conflict': row(
    EXIT.failed,
    'another run with this id is already in the store',
    'keep one of the two: remove the folder or use another PYLON_HOME',
  ),
  'collector-refused': row(
    EXIT.failed,
    'the collector did not take the spans',
    'check its address and its log, then export again: what it has it recognises by its ids',
  ),
  'trace-invalid': row(
    EXIT.failed,
    'a trace event is malformed or out of order',
    'export the run again from its source',
  ),
  interrupted: row(
    EXIT.interrupted,
    'the run was interrupted',
    'go on with `pylon rlm resume <run>`, or ask again; the partial answer is in the history',
  ),
  'deadline-passed': row(
    EXIT.verification,
    'the deadline passed before the quorum was reached',
    'give it more time with --deadline, or use --quorum best-effort',
  ),
  'quorum-not-reached': row(
    EXIT.verification,
    'too few chunks were answered',
    'lower --quorum, raise --timeout, or add providers',
  ),
  'budget-too-small': row(EXIT.budget, 'the budget does not buy a single chunk', 'raise --budget, or use --local-only'),
  'budget-exhausted': row(EXIT.budget, 'the budget ran out', 'raise --budget and ask again'),
  'no-providers': row(
    EXIT.failed,
    'no provider offers this job',
    'start one (`pylon provider --relay …`), name another relay, or use --local-only',
  ),
  'no-answer': row(EXIT.failed, 'no chunk gave a usable answer', 'see `pylon rlm show` for what came back'),
  // Models
  'backend-unknown': row(EXIT.usage, 'there is no such backend', 'use --backend auto, extractive or openai'),
  'backend-unavailable': row(
    EXIT.failed,
    'the model endpoint does not answer',
    'start it, set OPENAI_BASE_URL and --model, or use --backend extractive',
  ),
  'model-unknown': row(EXIT.usage, 'no provider is known for this model', 'see `pylon providers` for those that are'),
  'model-refused': row(
    EXIT.failed,
    'the model endpoint refused the request',
    'check the key, the model name and its quota',
  ),
  'model-output-invalid': row(
    EXIT.failed,
    'the model did not answer in the form asked, even after one repair',
    'use a stronger model, or --backend extractive',
  ),
  'model-timeout': row(EXIT.failed, 'the model took too long', 'raise --timeout or use a faster model'),
  // The wire
  'event-invalid': row(EXIT.failed, 'an event is malformed', 'the sender must follow NIP-01'),
  'event-too-large': row(EXIT.failed, 'an event is larger than the relay takes', 'lower --chunk-size'),
  'seal-invalid': row(
    EXIT.failed,
    'a sealed payload does not open',
    'the sender must use NIP-44 v2 with the right keys',
  ),
  'relay-unreachable': row(EXIT.failed, 'the relay does not answer', 'check the address and the network'),
  'relay-refused': row(EXIT.failed, 'the relay refused the event', 'read its reason; another relay may take it'),
  'job-invalid': row(EXIT.failed, 'a job request is malformed', 'follow docs/protocol.md'),
  'job-too-large': row(EXIT.failed, 'the job is larger than the provider takes', 'lower --chunk-size'),
  'job-expired': row(EXIT.failed, 'the job was already void when it arrived', 'check the clocks of both machines'),
  'job-unsupported': row(EXIT.failed, 'the provider does not do this kind of job or signature', 'ask another provider'),
  'job-queue-full': row(EXIT.failed, 'the provider has no room for more jobs', 'ask again later, or another provider'),
  'job-customer-limit': row(
    EXIT.failed,
    'this customer has too many jobs in flight here',
    'wait for earlier jobs to finish',
  ),
  'job-price-too-low': row(EXIT.failed, 'the bid is below the announced price', 'bid at least the announced price'),
  'job-payment-required': row(EXIT.failed, 'the provider wants to be paid first', 'pay it, or ask another provider'),
  'job-failed': row(EXIT.failed, 'the provider could not do the job', 'ask another provider'),
  'job-cancelled': row(EXIT.failed, 'the job was cancelled', 'nothing to do'),
  'job-timeout': row(EXIT.failed, 'the provider did not answer in time', 'raise --timeout, or ask another provider'),
  'result-invalid': row(
    EXIT.failed,
    'a result does not belong to its request or breaks the schema',
    'another provider is asked',
  ),
  'attestation-invalid': row(
    EXIT.verification,
    'the attestation is not the word of the validator on this answer',
    'the answer is not accepted; another provider is asked',
  ),
  // Predictions
  ...PREDICT_ERRORS,
  // Explorations
  ...RLM_ERRORS,
  // Money
  ...MONEY_ERRORS,
  // The API
  unauthorized: row(
    EXIT.failed,
    'the request carries neither a valid token nor a session',
    'run `pylon dashboard` to open a browser that is let in; programs send `Authorization: Bearer` with the content of PYLON_HOME/token',
  ),
  'link-used-up': row(
    EXIT.failed,
    'the link was used already, or is older than a minute',
    'run `pylon dashboard` for a new one',
  ),
  'dashboard-unbuilt': row(
    EXIT.failed,
    'the dashboard was not built',
    'run `npm run build` in the checkout of Pylon, or install a release',
  ),
  'origin-refused': row(
    EXIT.failed,
    'the request comes from another host or origin',
    'call the daemon by the address it listens on',
  ),
  'request-too-large': row(
    EXIT.usage,
    'the request body is larger than is taken',
    'put long text in a file and name it (`pylon.files` of the chat endpoint)',
  ),
  'too-many-questions': row(
    EXIT.failed,
    'as many questions are being answered as are taken at a time',
    'ask again when one of them is answered',
  ),
  'request-invalid': row(EXIT.usage, 'the request body or parameter is malformed', 'see /api/openapi.json'),
  internal: row(
    EXIT.failed,
    'something went wrong that should not',
    'please report it with the message and the stack in the log',
  ),
  // Sync
  ...SYNC_ERRORS,
  // Improvement
  ...DSE_ERRORS,
  // Artifacts and canaries
  ...ARTIFACT_ERRORS,
  // Compiles
  ...COMPILE_ERRORS,
  // Nights
  ...NIGHT_ERRORS,
  // Gates
  ...GATE_ERRORS,
} as const satisfies Record<string, CatalogueRow>;
