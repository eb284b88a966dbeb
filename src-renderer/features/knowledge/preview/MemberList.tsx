import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ContainerPreview } from '#contract/preview.ts';
import { formatBytes } from '../../../lib/formatBytes.ts';
import { FileIcon } from '../../../ui/icons.ts';
import { listKeyHandler } from '../../../ui/listKeyHandler.ts';
import { offerFocus } from '../../../ui/offerFocus.ts';

const ROW_PX = 28;

/** Documents inside an archive or export; Enter shows what one of them would become. */
export function MemberList({ members, onOpen }: { members: ContainerPreview['members']; onOpen: (member: string) => void }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const virtual = useVirtualizer({ count: members.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  // Outside system: keyboard focus.
  useEffect(() => offerFocus(scroller.current, { idle: true }), []);
  const open = (index: number): void => {
    const member = members[index];
    if (member !== undefined) onOpen(member.name);
  };
  return (
    <div
      ref={scroller}
      className="documents-scroll"
      role="listbox"
      aria-label="Documents inside"
      tabIndex={0}
      aria-activedescendant={members[at] === undefined ? undefined : `member-${at}`}
      onKeyDown={listKeyHandler({ count: members.length, at, onMove: (index) => { setAt(index); virtual.scrollToIndex(index); }, onOpen: open })}
    >
      {members.length === 0 ? <p className="documents-none dim">Nothing in it can be read.</p> : null}
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const member = members[index];
          return member === undefined ? null : (
            <div key={member.name} id={`member-${index}`} role="option" aria-selected={index === at} data-current={index === at || undefined} className="member-row document-line" style={{ transform: `translateY(${start}px)` }} onClick={() => { setAt(index); open(index); }}>
              <FileIcon size={14} aria-hidden />
              <span className="clip" title={member.name}>{member.name}</span>
              <span className="num faint">{formatBytes(member.bytes)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
