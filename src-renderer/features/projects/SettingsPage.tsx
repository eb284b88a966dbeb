import { Button, NativeSelect, NumberInput, SegmentedControl, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { UserSettings } from '#contract/system.ts';
import { useModels } from '../../client/modelQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useSaveSettings, useSettings } from '../../client/systemQueries.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { DoctorReport } from './DoctorReport.tsx';
import { UndoHistory } from './UndoHistory.tsx';

const THEMES = [{ value: 'system', label: 'System' }, { value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }];

/** Settings of this user on this machine, what was deleted, and where things live. */
export function SettingsPage() {
  const settings = useSettings();
  return (
    <div className="place">
      <PlaceHeader title="Settings" meta="of this user on this machine" />
      <div className="place-body settings" tabIndex={0} role="region" aria-label="Settings">
        {settings.error === null ? null : <ErrorState title="The settings could not be read" {...toProblem(settings.error)} action={<Button onClick={() => void settings.refetch()}>Try again</Button>} />}
        {settings.data === undefined && settings.error === null ? <LoadingRows rows={8} label="Loading settings" /> : null}
        {settings.data === undefined ? null : <SettingsForm settings={settings.data} />}
        <UndoHistory />
        <DoctorReport />
      </div>
    </div>
  );
}

function SettingsForm({ settings }: { settings: UserSettings }) {
  const save = useSaveSettings();
  const port = useWindow();
  const models = (useModels().data?.models ?? []).filter(({ task, state }) => task === 'text' && state !== 'absent');
  const change = (changes: Partial<UserSettings>): void => save.mutate(changes, { onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }) });
  return (
    <section className="settings-section" aria-labelledby="settings-general">
      <h2 className="hidden-text" id="settings-general">General</h2>
      <Setting title="Theme" text="System follows the machine.">
        <SegmentedControl aria-label="Theme" data={THEMES} value={settings.theme} onChange={(theme) => change({ theme: theme === 'light' || theme === 'dark' ? theme : 'system' })} />
      </Setting>
      <Setting title="Model for answers" text="A pin in the project's lathe.yaml comes before this.">
        <NativeSelect aria-label="Model for answers" value={settings.textModel ?? ''} onChange={(event) => change({ textModel: event.currentTarget.value === '' ? null : event.currentTarget.value })} data={[{ value: '', label: 'Starter: Gemma 3 270M' }, ...models.map(({ slug, name }) => ({ value: slug, label: name }))]} />
      </Setting>
      <Setting title="Offline" text="Refuses every outbound call, models included. Everything that is already here goes on working.">
        <Switch aria-label="Offline" checked={settings.offline} onChange={(event) => change({ offline: event.currentTarget.checked })} />
      </Setting>
      <Setting title="Parse processes" text="How many documents are read at once. Empty chooses by the number of cores. From the next start of Lathe.">
        <NumberInput aria-label="Parse processes" min={1} max={16} clampBehavior="strict" allowDecimal={false} placeholder="automatic" w={120} value={settings.parseProcesses ?? ''} onChange={(value) => change({ parseProcesses: typeof value === 'number' ? value : null })} />
      </Setting>
    </section>
  );
}

function Setting({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="setting">
      <div className="grow">
        <h3 className="setting-title">{title}</h3>
        <p className="dim setting-text">{text}</p>
      </div>
      {children}
    </div>
  );
}
