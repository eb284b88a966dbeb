import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/ErrorState.tsx';

/** Keeps a failing view to its own tab: the rest of the window goes on. */
export class PlaceBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown): void {
    console.error('A view failed', error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorState
        title="This view failed to draw"
        message={error.message}
        hint="Your project is not affected. Draw it again; when it fails again, copy the error into a report."
        copy={`${error.message}\n${error.stack ?? ''}`}
        action={<Button onClick={() => this.setState({ error: null })}>Draw again</Button>}
      />
    );
  }
}
