import { expect, test } from 'vitest';
import { withoutLocal } from '../../../src-main/cli/commands/allowCommand.ts';

test.each(['http://127.0.0.1:8080', 'http://10.1.2.3', 'http://[::1]:80', 'http://localhost:3000', 'https://wiki.localhost', 'http://169.254.169.254'])('%s cannot be allowed as on the internet: --local is named at once', (origin) => {
  expect(withoutLocal(origin)).toContain(`knowledge allow ${origin} --local`);
});

test.each(['https://example.org', 'https://93.184.216.34', 'https://notlocalhost.org', 'https://[2606:2800:220:1::1]'])('%s may be on the internet', (origin) => {
  expect(withoutLocal(origin)).toBeNull();
});
