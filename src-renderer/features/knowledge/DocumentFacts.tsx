import { Button } from '@mantine/core';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import { useListedDocument } from '../../client/knowledgeQueries.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Digest } from '../../ui/Digest.tsx';
import { type Fact, Facts } from '../../ui/Facts.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { DocumentUsed } from './DocumentUsed.tsx';
import { prepareDocumentRow } from './prepareDocuments.ts';

export interface DocumentFactsProps {
  readonly document: KnowledgeDocument;
  readonly onRemove?: () => void;
}

/** A document in the inspector: facts, reason, warnings, where it came from, actions. */
export function DocumentFacts({ document: selected, onRemove }: DocumentFactsProps) {
  const document = useListedDocument(selected);
  const port = useWindow();
  const { showInFolder } = port;
  const row = prepareDocumentRow(document, Date.now());
  const optional = (name: string, value: string): Fact[] => (value === '' ? [] : [{ name, value }]);
  return (
    <>
      <Facts
        title="Document"
        facts={[
          { name: 'State', value: <StateMark meaning={row.meaning} word={row.word} /> },
          ...optional('Reason', row.reason),
          { name: 'File', value: row.file },
          { name: 'Title', value: document.title },
          ...optional('Format', row.format),
          ...optional('Language', row.language),
          ...optional('Author', row.author),
          ...(row.modified === '' ? [] : [{ name: 'Changed', value: row.modified, title: row.modifiedTitle }]),
          ...optional('Inside', document.container ?? ''),
          ...optional('Pages', row.pages),
          ...optional('Chunks', row.chunks),
          { name: 'Size', value: row.size },
          ...(document.indexedAtMs === null ? [] : [{ name: 'Indexed', value: row.indexed, title: row.indexedTitle }]),
        ]}
      />
      {document.warnings.length === 0 ? null : <Facts title="Warnings" facts={document.warnings.map(({ message, page }, index) => ({ name: page === undefined ? `${index + 1}` : `Page ${page}`, value: message }))} />}
      <Facts
        title="Lineage"
        facts={[
          { name: 'Root', value: document.root, mono: true },
          ...(document.sourceDigest === null ? [] : [{ name: 'Original', value: <Digest value={document.sourceDigest} /> }]),
          ...(document.parsedDigest === null ? [] : [{ name: 'Parsed form', value: <Digest value={document.parsedDigest} /> }]),
        ]}
      />
      {document.parsedDigest === null ? null : <DocumentUsed document={document} />}
      <div className="facts-actions">
        {document.parsedDigest === null ? null : <Button onClick={() => port.open({ place: 'document', documentId: document.id, name: document.file })}>Open document</Button>}
        {showInFolder === null ? null : <Button onClick={() => showInFolder(`${document.root}/${document.file}`)}>Show in folder</Button>}
        <CopyButton text={`${document.root}/${document.file}`} label="Copy path" />
        {onRemove === undefined ? null : <Button onClick={onRemove}>Remove</Button>}
      </div>
    </>
  );
}
