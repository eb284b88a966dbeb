import type { ContractRouterClient } from '@orpc/contract';
import type { previewProcedures } from '#contract/preview.ts';
import type { Contract } from '#contract/router.ts';

/** Every procedure of the contract, typed. */
export type Api = ContractRouterClient<Omit<Contract, 'knowledge'> & { readonly knowledge: Contract['knowledge'] & typeof previewProcedures }>;
