// fetch for model endpoints: what comes back is bounded in bytes and in the length of a line, and a redirect is an
// answer, not an order (it would take the prompt to another host).
import { PylonError } from '../../../protocol/errors.ts';

/** A stream spends up to 300 bytes of framing on a token; thinking models write far more than they answer. */
const RESPONSE_BYTES_MAX = 33_554_432;
/** One server-sent event, or the whole of an answer that is not streamed. */
const LINE_BYTES_MAX = 1_048_576;

const LINE_FEED = 10;

/** Like fetch; reading a body past its bounds fails with `model-output-invalid`. */
export async function boundedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(bounds()), { status, statusText, headers });
}

function bounds(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let lineBytes = 0;
  return new TransformStream({
    transform(piece, controller) {
      bytes += piece.byteLength;
      const feed = piece.lastIndexOf(LINE_FEED);
      lineBytes = feed < 0 ? lineBytes + piece.byteLength : piece.byteLength - feed - 1;
      if (bytes > RESPONSE_BYTES_MAX || lineBytes > LINE_BYTES_MAX) {
        controller.error(new PylonError('model-output-invalid', { reason: 'the model endpoint sends without end' }));
      } else controller.enqueue(piece);
    },
  });
}
