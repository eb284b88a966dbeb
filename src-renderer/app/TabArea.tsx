import { type ReactNode, type Ref, useCallback } from 'react';
import { Separator, type TabRenderProps, useParentTab, Workspace, type WorkspaceImperativeHandle } from 'react-resizable-panels';
import { parseRoute } from '../lib/route.ts';
import { CloseIcon } from '../ui/icons.ts';
import { PlaceView } from './PlaceView.tsx';
import { placeIcon } from './placeIcon.ts';
import type { Tab, TabData, TabModel } from './tabModel.ts';

export interface TabAreaProps {
  readonly model: TabModel;
  readonly workspaceRef: Ref<WorkspaceImperativeHandle<TabData> | null>;
  readonly onChanged: (model: TabModel) => void;
  readonly onActivity: () => void;
  readonly renderEmpty: () => ReactNode;
}

const CLASS_NAMES = { header: 'tab-header', tabList: 'tab-list', tab: 'tab', tabPanels: 'tab-panels', tabContent: 'tab-content', dropIndicator: 'tab-drop', dragPreview: 'tab-preview', tabset: 'tabset' };

/** Tabs and splits: dragged, closed, restored. */
export function TabArea({ model, workspaceRef, onChanged, onActivity, renderEmpty }: TabAreaProps) {
  const renderContent = useCallback((tab: Tab) => <PlaceView route={parseRoute(tab.data.route)} />, []);
  return (
    <Workspace<TabData>
      className="workspace"
      classNames={CLASS_NAMES}
      defaultModel={model}
      workspaceRef={workspaceRef}
      lazyTabContent
      hiddenTabBehavior="activity"
      tabsetMinWidth="260px"
      tabsetMinHeight="120px"
      tabRemovalSelectionBehavior="recent"
      onModelChanged={onChanged}
      onPointerUpCapture={onActivity}
      onFocusCapture={onActivity}
      renderTab={renderTab}
      renderTabContent={renderContent}
      renderEmptyTabset={renderEmpty}
      renderSeparator={renderSeparator}
    />
  );
}

function renderSeparator(): ReactNode {
  return <Separator className="split-line" />;
}

function renderTab(tab: Tab, props: TabRenderProps): ReactNode {
  const Icon = placeIcon(parseRoute(tab.data.route)?.place ?? 'home');
  return (
    <div {...props} data-key={tab.id} title={tab.title}>
      <Icon size={14} stroke={1.5} aria-hidden />
      <span className="clip">{tab.title}</span>
      <CloseMark />
    </div>
  );
}

/** For the mouse only: a tab may hold no second control, and the keyboard closes a tab with Delete. */
function CloseMark() {
  const tab = useParentTab();
  return (
    <span className="tab-close" aria-hidden data-tab-ignore title="Close" onClick={() => tab?.close()}>
      <CloseIcon size={12} />
    </span>
  );
}
