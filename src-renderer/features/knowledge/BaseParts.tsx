import type { KnowledgeBase } from '#contract/knowledge.ts';
import { formatCount } from '../../lib/formatCount.ts';
import { KNOWLEDGE_PARTS, type KnowledgePart } from '../../lib/route.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { FileIcon, MapIcon, QuestionsIcon, SnapshotIcon, SourceIcon } from '../../ui/icons.ts';
import { useWindow } from '../../ui/windowPort.tsx';

const PARTS: Record<KnowledgePart, { readonly title: string; readonly Icon: typeof FileIcon }> = {
  documents: { title: 'Documents', Icon: FileIcon },
  questions: { title: 'Saved questions', Icon: QuestionsIcon },
  snapshots: { title: 'Snapshots', Icon: SnapshotIcon },
  map: { title: 'Map', Icon: MapIcon },
  sources: { title: 'Sources', Icon: SourceIcon },
};

/** What there is to see of a knowledge base; the route holds which of it is shown. */
export function BaseParts({ base, part }: { base: KnowledgeBase; part: KnowledgePart }) {
  const port = useWindow();
  const show = (next: KnowledgePart): void => port.replace({ place: 'knowledge', knowledgeId: base.id, part: next });
  useActions(KNOWLEDGE_PARTS.map((name, index) => ({ id: `knowledge-part-${name}`, title: `Show the ${PARTS[name].title.toLowerCase()} of ${base.name}`, section: 'Knowledge', shortcut: String(index + 1), run: () => show(name) })));
  const count = (name: KnowledgePart): string => (name === 'documents' ? formatCount(base.documents.total) : name === 'sources' ? formatCount(base.sources.length) : '');
  return (
    <nav className="base-parts" aria-label={`Parts of ${base.name}`}>
      {KNOWLEDGE_PARTS.map((name, index) => {
        const { title, Icon } = PARTS[name];
        return (
          <button key={name} type="button" className="plain base-part" aria-current={name === part ? 'page' : undefined} onClick={() => show(name)} title={`${title} (${index + 1})`}>
            <Icon size={14} stroke={1.5} />
            {title}
            {count(name) === '' ? null : <span className="faint">{count(name)}</span>}
          </button>
        );
      })}
    </nav>
  );
}
