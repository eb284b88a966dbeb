// `npm run bench [-- NAME…]`: measures bench/*.bench.ts into bench/results/*.json. Figures never fail a build; a script that crashes does.
import { runList } from './runList.mjs';
import { reportFailure } from './steps.mjs';

await runList({ folder: 'bench', kind: 'bench' }).catch(reportFailure);
