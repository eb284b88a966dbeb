export type Handle = (request: Request) => Promise<Response>;

/**
 * Mounts the one handler on Electron's custom scheme. Translates and does nothing else.
 *
 * Electron's request carries a signal that never fires; that the page went away arrives only as `cancel()` of the
 * response's body. So the handler gets a signal of ours, and the body is wrapped so that cancelling it fires that
 * signal and reaches the source. A page that leaves before the answer's headers are there is noticed at its body.
 */
export function createProtocolMount(handle: Handle): Handle {
  return async (request) => {
    const abort = new AbortController();
    const response = await handle(new Request(request, { signal: AbortSignal.any([request.signal, abort.signal]) }));
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(bridgeCancel(response.body, abort), { status, statusText, headers });
  };
}

function bridgeCancel(body: ReadableStream<Uint8Array>, abort: AbortController): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = await reader.read();
        if (part.done) controller.close();
        else controller.enqueue(part.value);
      },
      async cancel(reason) {
        const cancelled = reader.cancel(reason);
        abort.abort(reason);
        // The page is gone and the work was told to stop: that a source ends with that very reason is nobody's error.
        await cancelled.catch(() => undefined);
      },
    },
    // Nothing is read ahead of the page: a slow page slows the source.
    { highWaterMark: 0 },
  );
}
