import * as monaco from 'monaco-editor/editor/editor.api.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeEditor/register.js';
import 'monaco-editor/features/codicon/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/gotoError/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/suggest/register.js';
import 'monaco-editor/features/unicodeHighlighter/register.js';
import 'monaco-editor/languages/definitions/markdown/register.js';
import 'monaco-editor/languages/definitions/python/register.js';
import 'monaco-editor/languages/definitions/sql/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import type { JsonSchema } from '../../lib/jsonSchema.ts';
import { yamlHover, yamlSuggestions } from '../../lib/yamlAssist.ts';
import { type TextProblem, yamlProblems } from '../../lib/yamlProblems.ts';
import { editorTheme } from './editorTheme.ts';

export interface EditorOptions {
  readonly element: HTMLElement;
  readonly path: string;
  readonly text: string;
  readonly schema: JsonSchema | null;
  readonly dark: boolean;
  readonly readOnly: boolean;
  readonly onChange: (text: string) => void;
  readonly onProblems: (problems: readonly (TextProblem & { readonly line: number })[]) => void;
}

export interface Editor {
  setText(text: string): void;
  setDark(dark: boolean): void;
  goTo(line: number): void;
  dispose(): void;
}

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** Schemas of open models; the language features below are registered once for all editors. */
const schemas = new Map<string, JsonSchema>();
let registered = false;

function registerYaml(): void {
  if (registered) return;
  registered = true;
  monaco.languages.registerCompletionItemProvider('yaml', {
    triggerCharacters: [' ', '\n'],
    provideCompletionItems: (model, position) => {
      const schema = schemas.get(model.uri.toString());
      if (schema === undefined) return { suggestions: [] };
      const word = model.getWordUntilPosition(position);
      const range = { startLineNumber: position.lineNumber, endLineNumber: position.lineNumber, startColumn: word.startColumn, endColumn: word.endColumn };
      const found = yamlSuggestions(model.getValue(), { line: position.lineNumber - 1, column: position.column - 1 }, schema);
      return { suggestions: found.map(({ label, insert, detail, documentation }) => ({ label, insertText: insert, detail, documentation, range, kind: insert === label ? monaco.languages.CompletionItemKind.Value : monaco.languages.CompletionItemKind.Property })) };
    },
  });
  monaco.languages.registerHoverProvider('yaml', {
    provideHover: (model, position) => {
      const schema = schemas.get(model.uri.toString());
      const words = schema === undefined ? null : yamlHover(model.getValue(), position.lineNumber - 1, schema);
      return words === null ? null : { contents: [{ value: words }] };
    },
  });
}

/** The window's own colours: they are defined again at each change, when the tokens have their new values. */
function applyTheme(dark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  monaco.editor.defineTheme('lathe', editorTheme(dark, (token) => style.getPropertyValue(token).trim()));
  monaco.editor.setTheme('lathe');
}

/** Opens a file in Monaco with completion, hover and problems from its JSON Schema. */
export function openEditor(options: EditorOptions): Editor {
  registerYaml();
  const uri = monaco.Uri.from({ scheme: 'project', path: `/${options.path}` });
  monaco.editor.getModel(uri)?.dispose();
  const model = monaco.editor.createModel(options.text, undefined, uri);
  if (options.schema !== null) schemas.set(uri.toString(), options.schema);
  applyTheme(options.dark);
  const editor = monaco.editor.create(options.element, {
    model,
    readOnly: options.readOnly,
    automaticLayout: true,
    fontFamily: "'JetBrains Mono Variable', monospace",
    fontSize: 13,
    lineHeight: 20,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    renderLineHighlight: 'line',
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    fixedOverflowWidgets: true,
    tabSize: 2,
    insertSpaces: true,
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, strings: true, comments: false },
    accessibilitySupport: 'auto',
    ariaLabel: options.path,
    padding: { top: 8, bottom: 8 },
  });
  const check = (): void => {
    const found = model.getLanguageId() === 'yaml' ? yamlProblems(model.getValue(), options.schema) : [];
    monaco.editor.setModelMarkers(
      model,
      'schema',
      found.map(({ start, end, message }) => {
        const from = model.getPositionAt(start);
        const to = model.getPositionAt(end);
        return { startLineNumber: from.lineNumber, startColumn: from.column, endLineNumber: to.lineNumber, endColumn: to.column, message, severity: monaco.MarkerSeverity.Error };
      }),
    );
    options.onProblems(found.map((problem) => ({ ...problem, line: model.getPositionAt(problem.start).lineNumber })));
  };
  check();
  const changes = model.onDidChangeContent(() => {
    options.onChange(model.getValue());
    check();
  });
  return {
    setText: (text) => {
      if (model.getValue() !== text) model.setValue(text);
    },
    setDark: applyTheme,
    goTo: (line) => {
      editor.setPosition({ lineNumber: line, column: 1 });
      editor.revealLineInCenter(line);
      editor.focus();
    },
    dispose: () => {
      changes.dispose();
      editor.dispose();
      model.dispose();
      schemas.delete(uri.toString());
    },
  };
}
