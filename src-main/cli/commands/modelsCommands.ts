import type { Command } from 'commander';
import type { Model, ModelListing } from '#contract/models.ts';
import { ensureModels } from '../ensureModels.ts';
import { AppError } from '../../base/appError.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import { EXIT, fromHere, print, printJson, table, type GlobalOptions } from '../terminal.ts';
import { withOwner } from '../withProject.ts';

export function addModelsCommands(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  const globals = (): GlobalOptions => program.opts<GlobalOptions>();
  const models = program.command('models').description('list, fetch and add models');

  models
    .command('list')
    .description('models that are here or in the catalogue')
    .action(() =>
      run(() =>
        withOwner(async ({ client }) => {
          const listing = await client.models.list();
          if (globals().json) printJson<ModelListing>(listing);
          else print(table(['slug', 'task', 'state', 'size', 'memory', 'fit', 'licence', 'use'], listing.models.map((model) => [model.slug, model.task, model.state, formatBytes(model.bytes), formatBytes(model.memoryBytes), model.fit, model.licence, model.facts ?? ''])));
          return EXIT.done;
        }),
      ),
    );

  models
    .command('get')
    .description('fetch a model of the catalogue')
    .argument('<slug>')
    .action((slug: string) =>
      run(() =>
        withOwner(async (attached) => {
          const known = (await attached.client.models.list()).models;
          if (!known.some((model) => model.slug === slug)) throw new AppError('MODEL_NOT_FOUND', `There is no model ${slug}; there are: ${known.map((model) => model.slug).join(', ')}`);
          await ensureModels(attached, [slug]);
          const model = (await attached.client.models.list()).models.find((candidate) => candidate.slug === slug);
          if (model === undefined) throw new AppError('MODEL_NOT_FOUND', `${slug} was removed while it was fetched`, { hint: 'Run the command again.' });
          if (globals().json) printJson<Model>(model);
          else print(`${slug} is ${model.state}`);
          return EXIT.done;
        }),
      ),
    );

  models
    .command('add')
    .description('use a GGUF or ONNX file, or the folder of an ONNX model, where it is')
    .argument('<file>')
    .action((file: string) =>
      run(() =>
        withOwner(async ({ client }) => {
          const model = await client.models.add({ path: fromHere(file) });
          if (globals().json) printJson<Model>(model);
          else print(`${model.slug} (${model.task}, ${formatBytes(model.bytes)}) is used from ${model.path ?? ''}${model.facts === null ? '' : `\n${model.facts}`}`);
          return EXIT.done;
        }),
      ),
    );
}
