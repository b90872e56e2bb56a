// Every ceiling in one place, each with its reason. What crosses a wire is measured against
// these before anything is allocated, looped over, verified or decrypted.

/** What to assume of a relay that says nothing (NIP-11 `max_message_length`): common relays cap an event at 64 KiB. */
export const MESSAGE_BYTES_DEFAULT = 65_536;

/** What our own relay takes: room for a 512 KiB chunk, sealed (padding, base64) and framed. */
export const MESSAGE_BYTES_OWN_RELAY = 1_048_576;

/** Largest NIP-44 padding step whose sealed event still fits 64 KiB; one step more (49,152) does not. */
export const SEALED_PLAINTEXT_BYTES_64K = 40_960;

/** Largest plaintext we seal or open at all: sealed and framed it still fits our own relay's message. */
export const SEALED_PLAINTEXT_BYTES_MAX = 655_360;

/** Default chunk: 16,000 bytes and its envelope stay inside the 20,480-byte padding step (16,384 would pad further). */
export const CHUNK_BYTES_DEFAULT = 16_000;

/**
 * Default chunk where the embedded engine reads and our own relay carries: no context window and no 64 KiB limit
 * apply, and a quarter of the jobs means a quarter of the signatures.
 */
export const CHUNK_BYTES_EMBEDDED = 64_000;

/** Smallest chunk: below it the envelope outweighs the text several times over. */
export const CHUNK_BYTES_MIN = 1_024;

/** Largest chunk that fits a sealed job on our own relay, with room for query, terms and escapes. */
export const CHUNK_BYTES_MAX = 524_288;

/** Bytes of a sealed job that are not the chunk: query, terms, context, params and JSON escapes. */
export const JOB_ENVELOPE_BYTES = 8_192;

/** A question, not a document: what is longer belongs in a `--file`. */
export const QUERY_CHARS_MAX = 4_096;

/** Most sub-queries in flight: past it one process only queues against itself. */
export const FANOUT_MAX = 1_000;

/** Most tags an event may carry; NIP-90 jobs carry fewer than twenty. */
export const TAGS_MAX = 2_000;

/** Deepest nesting of a value that is hashed: our formats need six levels, and recursion must end before the stack does. */
export const NESTING_MAX = 64;

/** Most chunks of one run: 40 GB in the smallest chunks. A trace that names a higher one is not one of ours. */
export const CHUNKS_MAX = 10_000_000;

/** Kinds are 16-bit (NIP-01). */
export const KIND_MAX = 65_535;

/** Subscription ids are 1 to 64 characters (NIP-01). */
export const SUBSCRIPTION_ID_CHARS_MAX = 64;

/** An event from further ahead than this is refused: clocks drift by minutes, not by more. */
export const FUTURE_SECONDS_MAX = 900;

/** Re-subscribing looks back this far: an event of a clock two minutes behind is still found (facts: reconnect). */
export const RESUBSCRIBE_OVERLAP_SECONDS = 120;

/** Text kept in a trace event; the full payload is in the blob store. */
export const PREVIEW_CHARS_MAX = 200;

/** Most characters a provider's output may have before it is refused unread. */
export const OUTPUT_CHARS_MAX = 65_536;

/** Characters asked of a provider per chunk: twelve candidates of a whole 1,024-character window each, as JSON. */
export const OUTPUT_CHARS_DEFAULT = 16_384;

/** Most findings read from one result. */
export const FINDINGS_MAX = 32;

/** Longest single quote: a citation, not a copy of the chunk. */
export const QUOTE_CHARS_MAX = 4_096;

/** Work that lasts longer than this announces itself with a `processing` feedback (docs/protocol.md). */
export const PROCESSING_AFTER_MS = 500;

/** And says so again this often: twice lost and it is still not taken for dead. */
export const PROCESSING_EVERY_MS = 3_000;

/** A provider that showed no sign of life for this long is asked no longer: five times the `processing` promise. */
export const SIGN_OF_LIFE_MS = 2_500;

/** One that did, and then went silent for this long, is given up: three times PROCESSING_EVERY_MS, and a second. */
export const SILENCE_MS = 10_000;

/** How long a provider has to say what a withdrawn job had cost: a run that ends waits for it, and nobody else. */
export const LATE_COST_MS = 1_000;

/** How often a chunk is asked before it falls back to the local backend. */
export const ATTEMPTS_MAX = 3;

/** A job request is void this long after its query would have timed out (NIP-40 `expiration`). */
export const EXPIRATION_SLACK_SECONDS = 60;

/** An announcement lives this long and is republished at half of it, so a dead provider disappears. */
export const ANNOUNCEMENT_SECONDS = 600;

/** Most candidates that one chunk hands to the merge. */
export const CANDIDATES_PER_CHUNK_MAX = 12;

/** Most citations of one answer. */
export const CITATIONS_MAX = 12;

/** Most events of one trace, imported or written: a run of 100,000 sub-queries has fewer than a million. */
export const TRACE_EVENTS_MAX = 1_000_000;

/** Longest line of an imported trace: a RunInit that lists 100,000 files with long paths still fits. */
export const TRACE_LINE_BYTES_MAX = 33_554_432;

/** Largest imported trace.jsonl: twenty times that of a run of 100 MB. */
export const TRACE_BYTES_MAX = 1_073_741_824;

/** Largest imported payload: every character of the longest output as an escaped surrogate pair. */
export const ARTIFACT_BYTES_MAX = 1_048_576;

/** Most scores of one run: those of a data set of some hundred items, each by its name. They stand in the run's record, which lists read. */
export const RUN_SCORES_MAX = 1_000;

/** Longest invoice read: what does not fit the largest QR code (version 40, alphanumeric) is nobody's invoice. */
export const INVOICE_CHARS_MAX = 4_296;

/** Longest description in an invoice: a BOLT11 field has at most 1,023 five-bit words. */
export const INVOICE_DESCRIPTION_BYTES_MAX = 639;

/**
 * Longest time from a job's request to its expiration when its price waits in a hold invoice: a wallet gives the money back
 * by itself after the 18 blocks that are usual, some three hours, and until then it must have been settled.
 */
export const ESCROW_SECONDS_MAX = 7_200;

/** Most jobs that one invoice pays for: with the longest ids of our own they still fit a 64 KiB event. */
export const INVOICE_JOBS_MAX = 256;

/** Longest wallet connection read: sixteen relay addresses of the usual length, several times over. */
export const WALLET_URI_CHARS_MAX = 4_096;

/** Most relays of one wallet connection: each is a socket that is kept open. */
export const WALLET_RELAYS_MAX = 16;

/** Most transactions read from one answer: 500 of 1,200 characters fill the largest sealed text. */
export const TRANSACTIONS_MAX = 500;

/** Text of a wallet (alias, error message, description) that is kept; it says the rest itself. */
export const WALLET_TEXT_CHARS_MAX = 640;

/** Longest JSON Schema of a run: it stands in the run's record, and a document of findings has few fields to say something about. */
export const SCHEMA_CHARS_MAX = 16_384;

/** Longest answer handed to a validator: the longest output, and whose it is. */
export const JUDGED_ANSWER_CHARS_MAX = OUTPUT_CHARS_MAX + 1_024;

/** How long an attestation counts: longer than any clock is wrong, and than the run that asked for it waits. */
export const ATTESTATION_SECONDS = 900;

/** Characters asked of a provider where a validator judges: chunk and answer go there in one job, which must fit 64 KiB sealed. */
export const OUTPUT_CHARS_JUDGED = 8_192;

/** Fields of one record: a question about more of them is several questions. */
export const RECORD_FIELDS_MAX = 16;

/** The fields of a question as JSON: like the search plan, which they take the place of, they must leave a 64 KiB job room for its chunk. */
export const RECORD_FIELDS_CHARS_MAX = 8_192;

/** Records of one chunk: every line of a chunk of 64,000 bytes, when lines are short. */
export const RECORDS_MAX = 4_096;

/** What a controller is shown of one observation: provenance first, then as much text as this. */
export const OBSERVATION_CHARS_MAX = 2_000;

/** Largest prompt of a controller: its state carries sizes and spans, never the text. */
export const CONTROLLER_PROMPT_BYTES_MAX = 16_384;

/** Payloads into which a large exploration is split. */
export const RLM_TRACE_PARTS_MAX = 64;

/** Characters of all paths that a receipt lists: with them it stays far below what a payload may have. */
export const RECEIPT_PATH_CHARS_MAX = 65_536;

/** Characters of a text that is given within the input of a prediction: what is longer is asked by `pylon rlm`, which streams it. */
export const LONG_TEXT_CHARS_MAX = 1_000_000;

/** Messages of a thread that is summarised. */
export const THREAD_MESSAGES_MAX = 4_096;
