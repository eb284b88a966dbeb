import type { editor } from 'monaco-editor/editor/editor.api.js';

/** The editor in the colours of the window: Monaco's own comment green is too faint on dark, and its grey is another grey. */
export function editorTheme(dark: boolean, token: (name: string) => string): editor.IStandaloneThemeData {
  const colour = (name: string): string => token(name).replace('#', '');
  return {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: colour('--l-text') },
      { token: 'comment', foreground: colour('--l-faint') },
      { token: 'type', foreground: colour('--l-accent') },
      { token: 'keyword', foreground: colour('--l-violet') },
      { token: 'string', foreground: colour('--l-green') },
      { token: 'number', foreground: colour('--l-blue') },
    ],
    colors: {
      'editor.background': token('--l-main'),
      'editor.foreground': token('--l-text'),
      'editorGutter.background': token('--l-main'),
      'editorLineNumber.foreground': token('--l-faint'),
      'editorLineNumber.activeForeground': token('--l-text'),
      'editor.lineHighlightBackground': token('--l-side'),
      'editor.lineHighlightBorder': token('--l-side'),
      'editor.selectionBackground': token('--l-accent-soft'),
      'editorWidget.background': token('--l-side'),
      'editorWidget.border': token('--l-line-strong'),
      'focusBorder': token('--l-accent'),
    },
  };
}
