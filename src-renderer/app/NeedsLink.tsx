/** A tab without a session: what to do, and nothing else. */
export function NeedsLink({ reason }: { reason: string }) {
  return (
    <main className="first-run stack">
      <h1 className="place-title">This window needs a new link</h1>
      <p>{reason} Each tab gets its own session, so that a link that leaks is of no use.</p>
      <p>
        Run <code className="mono code">npm start -- open</code> in the folder where Lathe is installed and open the address that it prints.
      </p>
    </main>
  );
}
