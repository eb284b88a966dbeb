import type { Route } from '../lib/route.ts';
import { AskIcon, CodeFileIcon, FileIcon, HomeIcon, KnowledgeIcon, ManualIcon, ModelsIcon, PipelinesIcon, PreviewIcon, SearchOffIcon, SettingsIcon, WhyIcon } from '../ui/icons.ts';

const ICONS = {
  home: HomeIcon,
  knowledge: KnowledgeIcon,
  ask: AskIcon,
  pipelines: PipelinesIcon,
  models: ModelsIcon,
  settings: SettingsIcon,
  manual: ManualIcon,
  file: CodeFileIcon,
  document: FileIcon,
  why: WhyIcon,
  autopsy: SearchOffIcon,
  preview: PreviewIcon,
} as const satisfies Record<Route['place'], typeof HomeIcon>;

export function placeIcon(place: Route['place']): typeof HomeIcon {
  return ICONS[place];
}
