import { createContext, type ReactNode, use } from 'react';
import type { Route } from '../lib/route.ts';

/** What the inspector shows; its content reads its own data, so it stays live. */
export interface Subject {
  readonly key: string;
  readonly title: string;
  readonly content: ReactNode;
}

export interface Notice {
  readonly text: string;
  readonly meaning?: 'good' | 'bad';
  /** What it is about: a later notice of the same takes its place. */
  readonly about?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface PickRequest {
  readonly title: string;
  /** What may be taken: any number of files and folders, one file, or one folder. */
  readonly what: 'entries' | 'file' | 'folder';
  /** Verb of the button, e.g. "Ingest". */
  readonly verb: string;
  /** What else can be done with one file that is chosen; the dialog closes as if one had backed out. */
  readonly other?: { readonly verb: string; readonly run: (path: string) => void };
}

export interface NameRequest {
  readonly title: string;
  /** What is named, in a line above the field. */
  readonly text: string;
  readonly label: string;
  /** What stands in the field at first. */
  readonly value: string;
  readonly verb: string;
}

/** What a place may ask of the window around it. Places never import one another: this is how they meet. */
export interface WindowPort {
  open(route: Route, options?: { readonly beside?: boolean }): void;
  /** Shows other things in the tab that is open already, without a new one. */
  replace(route: Route): void;
  inspect(subject: Subject | null): void;
  notify(notice: Notice): void;
  /** Resolves with absolute paths of the machine; null when the user backed out. */
  pick(request: PickRequest): Promise<readonly string[] | null>;
  /** Only for what cannot be undone. */
  confirm(question: { readonly title: string; readonly text: string; readonly verb: string }): Promise<boolean>;
  /** Resolves with a name of at least one letter; null when the user backed out. */
  askName(request: NameRequest): Promise<string | null>;
  switchProject(projectId: string): void;
  /** Opens the one dialog that makes a project. */
  createProject(): void;
  showPanel(tab: 'jobs' | 'log' | 'network' | 'problems'): void;
  /** Shows a path in the system's file manager; null where only a desktop could. */
  readonly showInFolder: ((path: string) => void) | null;
}

const WindowContext = createContext<WindowPort | null>(null);

export function WindowPortProvider({ port, children }: { port: WindowPort; children: ReactNode }) {
  return <WindowContext value={port}>{children}</WindowContext>;
}

export function useWindow(): WindowPort {
  const port = use(WindowContext);
  if (port === null) throw new Error('Expected a WindowPortProvider above');
  return port;
}
