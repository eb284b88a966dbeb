import type { Broker } from '../../../../../src-main/base/network.ts';
import type { FetchProgress, FetchWork } from '../../../../../src-main/capabilities/knowledge/sources/fetchedFiles.ts';
import { fakeClock } from '../../../../helpers/fakeClock.ts';
import { brokerOver } from '../../../../helpers/localSite.ts';
import { temporaryFolder } from '../../../../helpers/temporaryFolder.ts';

export interface TestWork extends FetchWork {
  readonly waits: number[];
  readonly progress: FetchProgress[];
}

/** What fetching is given, with a clock that waits for nobody. */
export function workOver(origins: readonly string[], more: Partial<FetchWork> & { readonly broker?: Broker } = {}): TestWork {
  const broker = more.broker ?? brokerOver(origins).broker;
  const clock = fakeClock();
  const waits: number[] = [];
  const progress: FetchProgress[] = [];
  return {
    fetch: broker.fetch,
    proxy: broker.proxy,
    secret: async (name) => `value of ${name}`,
    clock,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      clock.advance(ms);
      waits.push(ms);
    },
    folder: temporaryFolder(),
    signal: new AbortController().signal,
    onProgress: (step) => progress.push(step),
    waits,
    progress,
    ...more,
  };
}
