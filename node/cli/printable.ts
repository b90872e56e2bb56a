// Text of strangers (providers, inputs, relays) made safe for a terminal: no escape sequences, no
// control characters, no marks that turn the direction of what follows.

/** CSI, OSC/DCS/APC/PM/SOS strings up to their end, and two-character escapes; 7-bit and 8-bit forms. */
const SEQUENCES =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
/** What is left: C0 (but tab and line feed), DEL, C1, bidirectional controls, line and paragraph separators. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Escape sequences are dropped; any other control character is shown as `\u{1b}`. CRLF becomes LF. */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(SEQUENCES, '')
    .replace(CONTROLS, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** The same on a single line: line breaks and tabs become spaces. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\r\n\t]+/g, ' '));
}

/** One JSON document that is safe to print: controls that JSON leaves alone are written as \uXXXX. */
export function printableJson(value: unknown, indent?: number): string {
  return escapedJson(JSON.stringify(value, null, indent));
}

/** The same for JSON that is written already, whole or in pieces. */
export function escapedJson(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
