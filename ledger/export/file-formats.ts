// The formats of exported files by name, apart from what writes them: a command that asks a daemon must not load a store for the list.
/** Files; the open folder is written by folder.ts, and where only a file will do it is the JSON lines. */
export const FILE_FORMATS = ['jsonl', 'csv', 'otlp', 'perfetto', 'html'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
