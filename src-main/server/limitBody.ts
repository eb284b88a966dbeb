import { AppError } from '../base/appError.ts';
import { MAX_BODY_BYTES } from './guard.ts';

/** Wraps a request so that a body without (or with a lying) Content-Length stops at the cap instead of filling memory. */
export function limitBody(request: Request): Request {
  if (!request.body) return request;
  let seen = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      seen += piece.byteLength;
      if (seen > MAX_BODY_BYTES) {
        controller.error(new AppError('BODY_TOO_LARGE', `The request's body has more than ${MAX_BODY_BYTES} bytes`));
      } else controller.enqueue(piece);
    },
  });
  const init: RequestInit & { duplex: 'half' } = { method: request.method, headers: request.headers, body: request.body.pipeThrough(counter), signal: request.signal, duplex: 'half' };
  return new Request(request.url, init);
}
