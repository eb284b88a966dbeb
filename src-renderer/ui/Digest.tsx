import { useState } from 'react';

/** A digest shortened to eight digits; a click copies all of it. */
export function Digest({ value }: { value: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1200);
  };
  return (
    <button type="button" className="link mono" title={`${value}\nClick to copy`} onClick={() => void copy()}>
      {copied ? 'copied' : value.slice(0, 8)}
    </button>
  );
}
