import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../src-main/base/appError.ts';
import { homeOfKnowledge } from '../../../../src-main/capabilities/knowledge/homeOfKnowledge.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeEach(async () => void (project = await projectOverFakes()));
afterEach(() => project.close());

const lane = async () => (await homeOfKnowledge(project.open.database, project.open.knowledge.bases)).knowledge[0];

describe('a knowledge base on Home', () => {
  it('is failed with the reason after a first ingestion that ended early, also after a restart, and ready after one that did not', async () => {
    await project.base();
    expect(await lane()).toMatchObject({ state: 'empty', sources: 0, failure: null });
    project.note('one.txt', 'One zebra.');
    project.failModels(new AppError('MODEL_UNAVAILABLE', 'The model could not be fetched', { hint: 'Turn off "Stay offline".' }));
    expect((await project.ingest()).state).toBe('failed');
    const failed = { state: 'failed', sources: 1, documents: 0, failure: { message: 'The model could not be fetched', hint: 'Turn off "Stay offline".' } };
    await expect.poll(lane).toMatchObject(failed);
    await project.reopen();
    expect(await lane()).toMatchObject(failed);
    project.failModels(null);
    expect((await project.ingest()).state).toBe('done');
    await expect.poll(lane).toMatchObject({ state: 'ready', documents: 1, failure: null });
  });
});
