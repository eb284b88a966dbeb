import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const CODE_LIFETIME_MS = 10 * 60_000;

export interface Sessions {
  /** A one-time code for a link's fragment; good once, for ten minutes. */
  newCode(): string;
  /** Exchanges a code for a token of its own (one a tab); null when the code is unknown, used or too old. */
  redeem(code: string): string | null;
  /** A token is good until this process ends. */
  accepts(token: string): boolean;
}

const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Owns who may speak to this process. Keeps only hashes; `ownerToken` is what the endpoint file (mode 600) carries. */
export function createSessions(ownerToken: string, monotonicMs: () => number): Sessions {
  const codes = new Map<string, number>();
  const tokens = new Set<string>([fingerprint(ownerToken)]);

  function knows(token: string): boolean {
    const wanted = Buffer.from(fingerprint(token));
    // Every stored hash is compared, so the time taken says nothing about which one was close.
    let found = false;
    for (const hash of tokens) if (timingSafeEqual(Buffer.from(hash), wanted)) found = true;
    return found;
  }

  return {
    newCode() {
      const code = randomBytes(24).toString('base64url');
      codes.set(fingerprint(code), monotonicMs() + CODE_LIFETIME_MS);
      return code;
    },
    redeem(code) {
      const key = fingerprint(code);
      const expires = codes.get(key);
      codes.delete(key);
      if (expires === undefined || expires < monotonicMs()) return null;
      const token = randomBytes(32).toString('base64url');
      tokens.add(fingerprint(token));
      return token;
    },
    accepts: knows,
  };
}
