import { Button, Menu } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useUndo } from '../../client/projectQueries.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { AddIcon, AgainIcon, AskIcon, DeleteIcon, DownIcon, ExportIcon, ImportIcon } from '../../ui/icons.ts';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { describeBase } from './prepareDocuments.ts';
import { SettingsDiffer } from './SettingsDiffer.tsx';
import { useIngest } from './useIngest.ts';
import { useMoveBase } from './useMoveBase.ts';

/** Name, figures and actions of the knowledge base that is shown; the name is a menu of the others. */
export function BaseHeader({ base, bases }: { base: KnowledgeBase; bases: readonly KnowledgeBase[] }) {
  const port = useWindow();
  const ingest = useIngest(base);
  const undo = useUndo();
  const move = useMoveBase();
  const remove = (): void => ingest.remove(() => undo.mutate(undefined));
  useActions([
    { id: 'knowledge-add', title: `Add files or folders to ${base.name}`, section: 'Knowledge', shortcut: 'Mod+Shift+A', run: () => void ingest.add() },
    { id: 'knowledge-again', title: `Ingest ${base.name} again`, section: 'Knowledge', when: () => !ingest.busy, run: ingest.again },
    { id: 'knowledge-ask', title: `Ask ${base.name}`, section: 'Knowledge', run: () => port.open({ place: 'ask', knowledgeId: base.id }) },
    { id: 'knowledge-export', title: `Export ${base.name} as one file`, section: 'Knowledge', run: () => void move.carryOut(base) },
    { id: 'knowledge-import', title: 'Import a knowledge base', section: 'Knowledge', run: () => void move.carryIn() },
    { id: 'knowledge-remove', title: `Remove ${base.name}`, section: 'Knowledge', run: remove },
  ]);
  return (
    <>
      <PlaceHeader
        title={
          <Menu position="bottom-start" width={260}>
            <Menu.Target>
              <button type="button" className="plain row base-menu" aria-label={`Knowledge base ${base.name}, more actions`}>
                <span className="clip">{base.name}</span>
                <DownIcon size={14} aria-hidden />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>Knowledge bases</Menu.Label>
              {bases.map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => port.replace({ place: 'knowledge', knowledgeId: id })} aria-current={id === base.id}>
                  {name}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item leftSection={<ExportIcon size={14} />} onClick={() => void move.carryOut(base)}>Export {base.name}</Menu.Item>
              <Menu.Item leftSection={<ImportIcon size={14} />} onClick={() => void move.carryIn()}>Import a knowledge base</Menu.Item>
              <Menu.Item leftSection={<DeleteIcon size={14} />} onClick={remove}>
                Remove {base.name}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        }
        meta={describeBase(base, Date.now())}
      >
        <Button leftSection={<AskIcon size={14} />} onClick={() => port.open({ place: 'ask', knowledgeId: base.id })}>
          Ask
        </Button>
        <Button leftSection={<AgainIcon size={14} />} disabled={ingest.busy} onClick={ingest.again} title="Reads only what changed since">
          Ingest again
        </Button>
        <Button variant="filled" leftSection={<AddIcon size={14} />} onClick={() => void ingest.add()}>
          Add files
        </Button>
      </PlaceHeader>
      {base.differs === null ? null : <SettingsDiffer base={base} />}
    </>
  );
}
