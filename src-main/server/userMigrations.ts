import type { Migration } from '../storage/migrations.ts';
import { migration as createNetworkLedger } from '../storage/migrations/0001-create-network-ledger.ts';
import { migration as createJobs } from '../storage/migrations/0002-create-jobs.ts';
import { migration as addLocalModels } from '../storage/migrations/0005-add-local-models.ts';
import { migration as addUserState } from '../storage/migrations/0006-add-user-state.ts';

/** Every migration of the user database. */
export const userMigrations: readonly Migration[] = [createNetworkLedger, createJobs, addLocalModels, addUserState];
