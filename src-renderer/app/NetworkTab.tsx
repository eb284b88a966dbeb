import { toProblem } from '../client/problem.ts';
import { useLedger, useStatus } from '../client/systemQueries.ts';
import { formatBytes } from '../lib/formatBytes.ts';
import { formatDuration } from '../lib/formatDuration.ts';
import { formatClock, formatExact } from '../lib/formatTime.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { LoadingRows } from '../ui/Loading.tsx';
import { type Meaning, StateMark } from '../ui/StateMark.tsx';
import { prepareStatus, processName } from './prepareStatus.ts';

const OUTCOMES = {
  open: { meaning: 'running', word: 'open' },
  done: { meaning: 'good', word: 'done' },
  failed: { meaning: 'bad', word: 'failed' },
  refused: { meaning: 'skipped', word: 'refused' },
  cancelled: { meaning: 'stopped', word: 'cancelled' },
} as const satisfies Record<string, { meaning: Meaning; word: string }>;

/** The ledger: every call that left this machine, newest first, and how each process is kept from calling. */
export function NetworkTab() {
  const ledger = useLedger();
  const status = useStatus().data;
  if (ledger.error !== null) return <ErrorState title="The ledger could not be read" {...toProblem(ledger.error)} />;
  if (ledger.data === undefined) return <LoadingRows rows={3} label="Loading the ledger" />;
  return (
    <div className="network">
      {status === undefined ? null : <p className="panel-line dim">{prepareStatus(status).networkTitle.replace(' Click for the list.', '')}</p>}
      {ledger.data.length === 0 ? null : (
        <table className="table" aria-label="Outbound calls">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Asked by</th>
              <th scope="col">Target</th>
              <th scope="col">Outcome</th>
              <th scope="col" className="num">Sent</th>
              <th scope="col" className="num">Received</th>
              <th scope="col" className="num">Took</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {ledger.data.map((call) => (
              <tr key={call.sequence}>
                <td className="mono" title={formatExact(call.atMs)}>{formatClock(call.atMs)}</td>
                <td>{call.by}</td>
                <td className="mono">{call.target}</td>
                <td><StateMark {...OUTCOMES[call.outcome]} /></td>
                <td className="num">{formatBytes(call.sentBytes)}</td>
                <td className="num">{formatBytes(call.receivedBytes)}</td>
                <td className="num">{call.durationMs === null ? '' : formatDuration(call.durationMs)}</td>
                <td className="dim">{call.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {status === undefined || status.runtimes.length === 0 ? null : (
        <table className="table network-processes" aria-label="Processes and their network">
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col">State</th>
              <th scope="col">Network</th>
            </tr>
          </thead>
          <tbody>
            {status.runtimes.map(({ id, state, network }) => (
              <tr key={id}>
                <td className="mono" title={id}>{processName(id)}</td>
                <td>{RUNTIME_WORDS[state]}</td>
                <td><StateMark {...NETWORK_STATES[state === 'stopped' ? 'stopped' : network]} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const RUNTIME_WORDS = { stopped: 'stopped', starting: 'starting', ready: 'ready', 'circuit-open': 'not started again' } as const;
const NETWORK_STATES = {
  none: { meaning: 'good', word: 'cut off' },
  proxy: { meaning: 'good', word: 'through the broker' },
  'not-observed': { meaning: 'warning', word: 'not observed' },
  stopped: { meaning: 'skipped', word: 'not running' },
} as const satisfies Record<string, { meaning: Meaning; word: string }>;
