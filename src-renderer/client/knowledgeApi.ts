import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '#contract/router.ts';

/** Every procedure of the contract, typed. */
export type Api = ContractRouterClient<Contract>;
