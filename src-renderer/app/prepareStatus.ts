import type { Status } from '#contract/system.ts';
import { formatBytes } from '../lib/formatBytes.ts';
import { formatThings } from '../lib/formatCount.ts';

export interface StatusWords {
  readonly device: string;
  readonly deviceTitle: string;
  readonly memory: string;
  readonly memoryTitle: string;
  readonly model: string;
  readonly network: string;
  readonly networkMeaning: 'good' | 'plain' | 'warning';
  readonly networkTitle: string;
}

/** What the status bar says. "0 outbound calls" is only claimed when every process is observed. */
export function prepareStatus(status: Status): StatusWords {
  const [gpu] = status.devices;
  const { totalBytes, freeBytes, ownBytes } = status.memory;
  const used = (total: number, free: number): string => `${formatBytes(total - free)} / ${formatBytes(total)}`;
  return {
    device: gpu === undefined ? 'No GPU' : `GPU ${used(gpu.totalBytes, gpu.freeBytes)}`,
    deviceTitle: gpu === undefined ? (status.deviceReason ?? 'No GPU was found. Everything runs on the processor.') : gpu.name,
    memory: `RAM ${used(totalBytes, freeBytes)}`,
    memoryTitle: `Lathe uses ${formatBytes(ownBytes)} with its processes; ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} are free`,
    model: status.loadedModels.length === 0 ? 'no model loaded' : `${status.loadedModels.join(', ')} loaded`,
    ...networkWords(status.network),
  };
}

function networkWords({ calls, refused, notObserved }: Status['network']): Pick<StatusWords, 'network' | 'networkMeaning' | 'networkTitle'> {
  const refusals = refused === 0 ? '' : `, ${refused} refused`;
  if (calls > 0) {
    return { network: formatThings(calls, 'outbound call'), networkMeaning: 'plain', networkTitle: `${formatThings(calls, 'call')} left this machine${refusals}. Click for the list.` };
  }
  if (notObserved > 0) {
    return {
      network: `${formatThings(notObserved, 'process', 'processes')} not observed`,
      networkMeaning: 'warning',
      networkTitle: `Lathe made no call, but this system offers no way to watch the network of ${notObserved} of its processes. Click for the list.`,
    };
  }
  return { network: '0 outbound calls', networkMeaning: 'good', networkTitle: `No process of Lathe has called anything outside this machine.${refused === 0 ? '' : ` ${formatThings(refused, 'call')} ${refused === 1 ? 'was' : 'were'} refused.`} Click for the list.` };
}

/** The name of a process; a digest in it is shortened to eight. */
export function processName(id: string): string {
  return id.replace(/([0-9a-f]{8})[0-9a-f]{56}/g, '$1');
}
