import PostalMime, { type Address, type Email } from 'postal-mime';
import { AppError } from '../../../../base/appError.ts';

/** Deeper parts are refused by the reader. */
const DEPTH = 50;
const HEADER_BYTES = 2_000_000;

/** @throws AppError DOCUMENT_DAMAGED where the message's parts nest too deep or its headers do not end */
export async function readMail(bytes: Uint8Array, name: string): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxNestingDepth: DEPTH, maxHeadersSize: HEADER_BYTES });
  } catch (error) {
    throw new AppError('DOCUMENT_DAMAGED', `${name} cannot be read as mail: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** `Name <address>`, or the one of them that there is. */
export function showAddress(address: Address | undefined): string {
  if (!address) return '';
  if (address.group) return `${address.name}: ${address.group.map(showAddress).join(', ')}`;
  return address.name && address.address && address.name !== address.address ? `${address.name} <${address.address}>` : address.name || address.address || '';
}

export const showAddresses = (addresses: readonly Address[] | undefined): string => (addresses ?? []).slice(0, 50).map(showAddress).filter(Boolean).join(', ');
