import type { Answer, Citation, PassageResult } from '#contract/knowledge.ts';
import type { WindowPort } from '../../ui/windowPort.tsx';
import { PassageFacts } from './PassageFacts.tsx';

/** The passage that a citation quotes; null for one from beside the passages. */
export function passageOf({ passages }: Answer, citation: Citation): PassageResult | null {
  return passages.find(({ documentId, start, end }) => documentId === citation.documentId && citation.start < end && citation.end > start) ?? null;
}

/** Opens the parsed form that the quote stands in, at the right, with the quote marked; the inspector shows how it got there. */
export function openCitation(port: WindowPort, answer: Answer, citation: Citation): void {
  const passage = passageOf(answer, citation);
  port.open({ place: 'document', documentId: citation.documentId, name: citation.file, parsed: citation.parsedDigest, start: citation.start, end: citation.end }, { beside: true });
  port.inspect({ key: `citation-${answer.id}-${citation.number}`, title: `Source ${citation.number}`, content: <PassageFacts answer={answer} passage={passage} citation={citation} /> });
}

export function openPassage(port: WindowPort, answer: Answer, passage: PassageResult): void {
  port.open({ place: 'document', documentId: passage.documentId, name: passage.file, start: passage.start, end: passage.end }, { beside: true });
  port.inspect({ key: `passage-${answer.id}-${passage.chunkId}`, title: 'Passage', content: <PassageFacts answer={answer} passage={passage} citation={null} /> });
}
