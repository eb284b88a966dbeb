import { ActionIcon } from '@mantine/core';
import { CloseIcon } from '../ui/icons.ts';
import { useWindowState, windowStore } from './windowStore.ts';

/** Facts, origin and actions of what is selected. Content comes from the place that selected it. */
export function Inspector() {
  const subject = useWindowState((state) => state.subject);
  return (
    <aside className="inspector" aria-label="Inspector">
      <header className="inspector-head">
        <h2 className="clip grow">{subject?.title ?? 'Inspector'}</h2>
        <ActionIcon aria-label="Hide the inspector" onClick={() => windowStore.setState({ inspectorOpen: false })}>
          <CloseIcon size={14} />
        </ActionIcon>
      </header>
      <div className="inspector-body" tabIndex={0} role="group" aria-label="Facts">
        {subject === null ? <p className="inspector-empty">Select a document, a source, a model or a job to see its facts, where it came from and what can be done with it.</p> : <div key={subject.key}>{subject.content}</div>}
      </div>
    </aside>
  );
}
