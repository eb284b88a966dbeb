import { CheckIcon, EmptyIcon, FailIcon, MissingIcon, QueueIcon, RunIcon, SkipIcon, StopIcon, WarnIcon } from './icons.ts';

/** What a thing's state means, whatever the thing calls it. */
export type Meaning = 'good' | 'running' | 'waiting' | 'warning' | 'bad' | 'skipped' | 'empty' | 'missing' | 'stopped';

const ICONS = {
  good: CheckIcon,
  running: RunIcon,
  waiting: QueueIcon,
  warning: WarnIcon,
  bad: FailIcon,
  skipped: SkipIcon,
  empty: EmptyIcon,
  missing: MissingIcon,
  stopped: StopIcon,
} as const satisfies Record<Meaning, typeof CheckIcon>;

export interface StateMarkProps {
  readonly meaning: Meaning;
  readonly word: string;
  /** The word stays readable to a screen reader. */
  readonly iconOnly?: boolean;
  readonly title?: string;
}

/** A state as icon and word: colour never says anything alone. */
export function StateMark({ meaning, word, iconOnly = false, title }: StateMarkProps) {
  const Icon = ICONS[meaning];
  return (
    <span className={`state state-${meaning}`} title={title ?? (iconOnly ? word : undefined)}>
      <Icon size={14} stroke={1.75} aria-hidden />
      <span className={iconOnly ? 'hidden-text' : undefined}>{word}</span>
    </span>
  );
}
