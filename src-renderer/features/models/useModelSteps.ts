import { useModelActions } from '../../client/modelQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import type { ModelRow } from './prepareModels.ts';

/** What the buttons of a model do, and what they say. */
export function useModelSteps() {
  const actions = useModelActions();
  const port = useWindow();
  const onError = (error: unknown): void => {
    const { message, hint } = toProblem(error);
    port.notify({ text: hint === null ? message : `${message} ${hint}`, meaning: 'bad' });
  };
  return {
    get: ({ slug }: ModelRow): void => actions.get.mutate(slug, { onError }),
    unload: ({ slug, name }: ModelRow): void => actions.unload.mutate(slug, { onError, onSuccess: () => port.notify({ text: `${name} left the memory` }) }),
    /** A downloaded file is deleted for good, so this one asks; a local file is only forgotten. */
    async remove({ slug, name, size }: ModelRow, path: string | null): Promise<void> {
      const sure = path !== null || (await port.confirm({ title: `Remove ${name}?`, text: `Its file (${size}) is deleted from this machine. To use it again it has to be fetched again.`, verb: `Delete ${size}` }));
      if (!sure) return;
      actions.remove.mutate(slug, { onError, onSuccess: ({ freedBytes }) => port.notify({ text: path === null ? `Removed ${name}, ${formatBytes(freedBytes)} freed` : `${name} is forgotten; its file is untouched` }) });
    },
  };
}
