import { Button } from '@mantine/core';
import { toProblem } from '../../client/problem.ts';
import { useDoctor } from '../../client/systemQueries.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { type Meaning, StateMark } from '../../ui/StateMark.tsx';

const STATES = {
  ok: { meaning: 'good', word: 'OK' },
  warning: { meaning: 'warning', word: 'Warning' },
  missing: { meaning: 'missing', word: 'Missing' },
  failed: { meaning: 'bad', word: 'Failed' },
} as const satisfies Record<string, { meaning: Meaning; word: string }>;
const FROM = { flag: 'command line', environment: 'environment', project: 'project file', user: 'settings', default: 'default' } as const;

/** Every part with its state, and the effective values with where each comes from. */
export function DoctorReport() {
  const doctor = useDoctor();
  const { data } = doctor;
  return (
    <section className="settings-section" aria-labelledby="settings-doctor">
      <div className="row settings-head">
        <h2 className="settings-title grow" id="settings-doctor">Parts, and where things live</h2>
        {data === undefined ? null : <CopyButton text={JSON.stringify(data, null, 2)} label="Copy report" />}
        <Button loading={doctor.isFetching} onClick={() => void doctor.refetch()}>Check again</Button>
      </div>
      {doctor.error === null ? null : <ErrorState title="The parts could not be checked" {...toProblem(doctor.error)} />}
      {data === undefined && doctor.error === null ? <LoadingRows rows={6} label="Checking the parts" /> : null}
      {data === undefined ? null : (
        <>
          <table className="table settings-table settings-parts" aria-label="Parts">
            <thead><tr><th scope="col">Part</th><th scope="col">State</th><th scope="col">Detail</th></tr></thead>
            <tbody>
              {data.parts.map(({ name, state, detail, hint }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td><StateMark {...STATES[state]} /></td>
                  <td className="settings-detail">{detail}{hint === undefined ? null : <span className="dim"> {hint}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <table className="table settings-table settings-values" aria-label="Effective values">
            <thead><tr><th scope="col">Value</th><th scope="col">Is</th><th scope="col">From</th></tr></thead>
            <tbody>
              {data.settings.map(({ name, value, from }) => (
                <tr key={name}>
                  <td className="mono">{name}</td>
                  <td className="mono settings-detail">{value}</td>
                  <td className="dim">{FROM[from]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
