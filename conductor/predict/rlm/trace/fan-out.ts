// What a fan-out found, as a trace writes it: rows of values in the place of objects, because there may be one for every line of the input.
import type { z } from 'zod';
import type { RecordValue } from '../../../../protocol/records.ts';
import type { recordedFanOutSchema } from '../../../../protocol/rlm-trace.ts';
import type { FanOutResult, Found } from '../world.ts';

type Written = z.infer<typeof recordedFanOutSchema>;

/**
 * What the kernel is given: it reads records and cites bytes, so that the quotes of records would only be a second copy of the input. A
 * record of nothing is none.
 */
export function lean(result: FanOutResult): FanOutResult {
  const found = result.found.map((one): Found => {
    const { record, ...rest } = one;
    if (record === undefined) return one;
    return Object.keys(record).length === 0 ? rest : { ...rest, record, quote: '' };
  });
  return { ...result, found };
}

export function writtenFanOut({ found, ...rest }: FanOutResult): Written {
  const fields = [...new Set(found.flatMap(({ record }) => (record === undefined ? [] : Object.keys(record))))].sort();
  return {
    ...rest,
    fields,
    found: found.map(({ file, startByte, endByte, startLine, endLine, score, quote, note, record }) => [
      file,
      startByte,
      endByte,
      startLine,
      endLine,
      score,
      quote,
      note ?? null,
      ...(record === undefined ? [] : fields.map((name) => (Object.hasOwn(record, name) ? record[name]! : null))),
    ]),
  };
}

/** A field that a record lacks is null in it from then on, as the kernel has it anyway. */
export function readFanOut({ fields, found, error, ...rest }: Written): FanOutResult {
  return {
    ...rest,
    ...(error === undefined ? {} : { error }),
    found: found.map(([file, startByte, endByte, startLine, endLine, score, quote, note, ...values]): Found => {
      const place = { file, startByte, endByte, startLine, endLine, score, quote, ...(note === null ? {} : { note }) };
      if (values.length === 0) return place;
      const record = Object.fromEntries(fields.map((name, at): [string, RecordValue] => [name, values[at] ?? null]));
      return { ...place, record };
    }),
  };
}
