import type { CustomScheme } from 'electron';

export const APP_SCHEME = 'app';
export const APP_HOST = 'lathe';
/** Where the window lives; the owner's guard lists it as an origin and `lathe` as a host. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/**
 * Registered before `ready`. `corsEnabled` goes with `supportFetchAPI`: without it pages of other origins could read
 * our answers. Neither the content security policy nor service workers get an exception.
 */
export const APP_SCHEME_REGISTRATION: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true, bypassCSP: false, allowServiceWorkers: false },
};

/** True for Lathe's own pages alone. Node gives custom schemes the origin "null", so scheme and host are compared. */
export function isOwnPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST && parsed.username === '' && parsed.password === '';
}
