import type { PipelineFile } from '#contract/pipelines.ts';
import type { Clock } from '../../base/clock.ts';
import type { JobQueue } from '../../jobs/jobQueue.ts';
import type { DataRuntime } from '../../runtimes/types.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import type { Database } from '../../storage/database.ts';

/** A project's pipelines/*.yaml. */
export interface PipelineFiles {
  /** Of all there are, in order; whether a file can be used is seen when it is read. */
  slugs(): Promise<string[]>;
  /** Rejects with PIPELINE_NOT_FOUND or PROJECT_FILE_INVALID. */
  read(slug: string): Promise<PipelineFile>;
}

export interface PipelineDeps {
  readonly projectId: string;
  readonly projectFolder: string;
  /** Emptied when the project is opened. */
  readonly scratchFolder: string;
  readonly database: Database;
  readonly artifacts: Artifacts;
  readonly jobs: JobQueue;
  readonly data: DataRuntime;
  readonly files: PipelineFiles;
  trusted(): Promise<boolean>;
  readonly clock: Clock;
}
