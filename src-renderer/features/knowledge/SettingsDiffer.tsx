import type { KnowledgeBase } from '#contract/knowledge.ts';
import { WarnIcon } from '../../ui/icons.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** The project file asks for another index than the one that serves: nothing is rebuilt by itself, so this leads to where it is built. */
export function SettingsDiffer({ base }: { base: KnowledgeBase }) {
  const port = useWindow();
  return (
    <p className="notice-line" role="note">
      <WarnIcon size={14} aria-hidden />
      <span>
        {base.differs}. Build a new snapshot beside it and let it serve when it is better.{' '}
        <button type="button" className="link" onClick={() => port.replace({ place: 'knowledge', knowledgeId: base.id, part: 'snapshots' })}>
          Open the snapshots
        </button>
      </span>
    </p>
  );
}
