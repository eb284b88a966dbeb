import { isIP } from 'node:net';
import type { Command } from 'commander';
import type { AllowedSite } from '#contract/system.ts';
import { AppError } from '../../base/appError.ts';
import { isPublicAddress } from '../../base/publicAddress.ts';
import { EXIT, print, printJson, say, table, type GlobalOptions } from '../terminal.ts';
import { withOwner } from '../withProject.ts';

interface AllowOptions {
  readonly local?: boolean;
  readonly remove?: boolean;
}

/** `example.org/docs` is https://example.org: only the origin counts. */
function originOf(site: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(site) ? site : `https://${site}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') {
    throw new AppError('INPUT_INVALID', `${JSON.stringify(site)} is not the address of a site.`, { hint: 'Write it as https://example.org, without a user name.' });
  }
  return url.origin;
}

/** Why an origin is of no use without --local, with the next step; null where it may be on the internet. A name that leads inward shows only when it is fetched. */
export function withoutLocal(origin: string): string | null {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const inward = isIP(host) === 0 ? /(?:^|\.)localhost\.?$/.test(host) : !isPublicAddress(host);
  return inward ? `${origin} is on this machine or a private network: nothing is fetched from it until it is allowed with \`knowledge allow ${origin} --local\`.` : null;
}

/** The sites that knowledge may be fetched from are the person's, for all projects: a project cannot allow one. */
export function addAllowCommand(knowledge: Command, globals: () => GlobalOptions, run: (work: () => Promise<number>) => Promise<void>): void {
  knowledge
    .command('allow')
    .description('allow a site as a source, or list the allowed ones')
    .argument('[site]', 'such as https://example.org; none = list them')
    .option('--local', 'it may be on this machine or a private network')
    .option('--remove', 'take the permission back')
    .action((site: string | undefined, options: AllowOptions) =>
      run(() =>
        withOwner(async ({ client }) => {
          let { sites } = await client.system.settings();
          if (site !== undefined) {
            const origin = originOf(site);
            const others = sites.filter((known) => known.origin !== origin);
            const changed = options.remove === true ? others : [...others, { origin, local: options.local === true }];
            ({ sites } = await client.system.saveSettings({ sites: changed }));
          }
          const inward = site === undefined || options.local === true || options.remove === true ? null : withoutLocal(originOf(site));
          if (inward !== null) say(inward);
          if (globals().json) printJson<AllowedSite[]>(sites);
          else if (sites.length === 0) print('No site is allowed: nothing is fetched for a knowledge base.');
          else print(table(['site', 'where'], sites.map(({ origin, local }) => [origin, local ? 'may be on this machine or a private network' : 'on the internet'])));
          return EXIT.done;
        }),
      ),
    );
}
