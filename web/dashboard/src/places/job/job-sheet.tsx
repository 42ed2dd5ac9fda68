import { type KeyboardEvent, useEffect } from 'react';
import { goTo, refineOverlay } from '../../lib/navigate';
import { type Overlay, type Tab, TABS } from '../../lib/place';
import type { Job } from '../../live/objects';
import { lazyPart } from '../../ui/lazy-part';
import { StatusMark, statusWord } from '../../ui/status';
import { Files } from './files';
import { InputsOutputs } from './inputs-outputs';
import { Log } from './log';
import { Overview } from './overview';
import { Params } from './params';

type JobOverlay = Extract<Overlay, { kind: 'job' }>;

const LABELS: Record<Tab, string> = {
  overview: 'Overview',
  log: 'Log',
  params: 'Parameters',
  inputs: 'Inputs and outputs',
  files: 'Files',
  interact: 'Interaction',
};

const Interact = lazyPart(() => import('./interact').then((loaded) => loaded.Interact));

interface JobSheetProps {
  overlay: JobOverlay;
  job: Job | null;
  problem: string | null;
}

/** One job in all detail, by tabs. */
export function JobSheet({ overlay, job, problem }: JobSheetProps) {
  if (problem) return <p className="problem pad">{problem}</p>;
  if (!job) return <p className="muted pad late">Loading the job…</p>;
  if (job.deleted) return <Gone job={job} />;
  const tabs = TABS.filter((tab) => tab !== 'interact' || job.status === 'WAITING');
  const tab = tabs.includes(overlay.tab) ? overlay.tab : 'overview';
  return (
    <div className="job-sheet" data-job-sheet={`${job.projectUid}.${job.uid}`}>
      <header className="job-sheet-head" data-status={job.status}>
        <StatusMark status={job.status} />
        <span className="status">{statusWord(job.status)}</span>
        <b className="cut">{job.title || job.typeTitle}</b>
        {job.title && job.title !== job.typeTitle && <span className="muted cut">{job.typeTitle}</span>}
        {job.status === 'BUILDING' && (
          <button
            type="button"
            className="button quiet"
            onClick={() => goTo({ kind: 'build', project: job.projectUid, workspace: job.workspaceUids[0] ?? '', job: job.uid })}
          >
            Edit
          </button>
        )}
        {job.status === 'WAITING' && tab !== 'interact' && (
          <button type="button" className="button main" onClick={() => refineOverlay({ ...overlay, tab: 'interact' })}>
            Answer…
          </button>
        )}
      </header>
      <Tabs tabs={tabs} tab={tab} onTab={(next) => refineOverlay({ ...overlay, tab: next })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="tab-panel" tabIndex={tab === 'log' ? -1 : 0}>
        <Panel tab={tab} job={job} />
      </div>
    </div>
  );
}

/** What is left to say of a job that was deleted, perhaps by someone else while it was being looked at. */
function Gone({ job }: { job: Job }) {
  return (
    <p className="pad" role="status">
      <b>
        {job.projectUid} {job.uid}
      </b>{' '}
      {job.title || job.typeTitle} has been deleted. Its number is never given again.
    </p>
  );
}

function Panel({ tab, job }: { tab: Tab; job: Job }) {
  switch (tab) {
    case 'overview':
      return <Overview job={job} />;
    case 'log':
      return <Log key={job.id} id={job.id} />;
    case 'params':
      return <Params job={job} />;
    case 'inputs':
      return <InputsOutputs job={job} />;
    case 'files':
      return <Files job={job} />;
    case 'interact':
      return <Interact job={job} />;
  }
}

interface TabsProps {
  tabs: readonly Tab[];
  tab: Tab;
  onTab: (tab: Tab) => void;
}

function Tabs({ tabs, tab, onTab }: TabsProps) {
  useEffect(() => document.getElementById(`tab-${tab}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [tab]);
  const handleKey = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" tabIndex={-1} aria-label="About the job" className="tabs" onKeyDown={handleKey}>
      {tabs.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-selected={each === tab}
          aria-controls={each === tab ? `panel-${each}` : undefined}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onTab(each)}
        >
          {LABELS[each]}
        </button>
      ))}
    </div>
  );
}
