// `npm run campaign [-- NAME…]`: the long trials of test/campaign/*.campaign.ts; seeds and counts go to bench/results/*.json.
import { runList } from './runList.mjs';
import { reportFailure } from './steps.mjs';

await runList({ folder: 'test/campaign', kind: 'campaign' }).catch(reportFailure);
