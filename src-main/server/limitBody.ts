import { AppError } from '../base/appError.ts';
import { MAX_BODY_BYTES } from './guard.ts';

export interface LimitedRequest {
  readonly request: Request;
  /** Throws BODY_TOO_LARGE when the body went over: whoever reads it may have turned that into an error of its own. */
  assertWithin(): void;
}

/** Wraps a request so that a body without (or with a lying) Content-Length stops at the cap instead of filling memory. */
export function limitBody(request: Request): LimitedRequest {
  if (!request.body) return { request, assertWithin: () => undefined };
  let seen = 0;
  const assertWithin = (): void => {
    if (seen > MAX_BODY_BYTES) throw new AppError('BODY_TOO_LARGE', `The request's body has more than ${MAX_BODY_BYTES} bytes`);
  };
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      seen += piece.byteLength;
      assertWithin();
      controller.enqueue(piece);
    },
  });
  const init: RequestInit & { duplex: 'half' } = { method: request.method, headers: request.headers, body: request.body.pipeThrough(counter), signal: request.signal, duplex: 'half' };
  return { request: new Request(request.url, init), assertWithin };
}
