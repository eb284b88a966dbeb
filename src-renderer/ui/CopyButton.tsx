import { Button } from '@mantine/core';
import { useState } from 'react';
import { CopyIcon } from './icons.ts';

/** Copies text and says so in its own label. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    const word = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'The browser refused to copy',
    );
    setSaid(word);
    setTimeout(() => setSaid(null), 1500);
  };
  return (
    <Button leftSection={<CopyIcon size={14} />} onClick={() => void copy()} aria-live="polite">
      {said ?? label}
    </Button>
  );
}
