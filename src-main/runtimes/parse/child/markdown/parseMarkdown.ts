import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { parse as parseYaml } from 'yaml';
import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { MarkdownBlocks, type MarkdownNode } from './markdownBlocks.ts';

/** Reads CommonMark with GitHub's extensions and front matter; the text is what a reader sees, without marks. */
export function parseMarkdown(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const tree: MarkdownNode = fromMarkdown(source, {
    extensions: [gfm(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml', 'toml'])],
  });
  const reader = new MarkdownBlocks();
  const blocks: RawBlock[] = reader.read(tree);
  const metadata = readFrontMatter(tree, warnings);
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1) ?? blocks.find((block) => block.kind === 'heading');
  const title = metadata['title'] ?? heading?.text.replaceAll('\n', ' ') ?? name;
  if (blocks.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: it holds only front matter, comments or pictures`);
  return assembleDocument(blocks, { format: 'markdown', title: title.slice(0, 300), metadata, warnings, removed: reader.removed, language: metadata['lang'] });
}

function readFrontMatter(tree: MarkdownNode, warnings: ParseWarning[]): Record<string, string> {
  const metadata: Record<string, string> = {};
  const first = tree.children?.[0];
  if (first?.type !== 'yaml' && first?.type !== 'toml') return metadata;
  const value = first.value ?? '';
  const fields = first.type === 'toml' ? tomlFields(value) : yamlFields(value, warnings);
  for (const [key, field] of Object.entries(fields).slice(0, 40)) {
    const text = Array.isArray(field) ? field.filter(isScalar).join(', ') : isScalar(field) ? String(field) : '';
    if (text !== '') metadata[key.slice(0, 80)] = text.slice(0, 500);
  }
  return metadata;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function yamlFields(value: string, warnings: ParseWarning[]): Record<string, unknown> {
  if (value.length > 100_000) return {};
  try {
    const fields: unknown = parseYaml(value, { maxAliasCount: 20 });
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? { ...fields } : {};
  } catch (error) {
    warnings.push({ code: 'front-matter-invalid', message: `The front matter was not read: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not valid YAML'}` });
    return {};
  }
}

/** The `key = "value"` lines of TOML front matter; tables are left out. */
function tomlFields(value: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const line of value.split('\n')) {
    if (line.startsWith('[')) break;
    const match = /^\s*([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s[{][^#]*))/.exec(line);
    if (match?.[1]) fields[match[1]] = (match[2] ?? match[3] ?? match[4] ?? '').trim();
  }
  return fields;
}
