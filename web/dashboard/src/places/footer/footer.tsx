import { type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import { openOverlay } from '../../lib/navigate';
import { openJob } from '../../live/grid';
import { useJob, useLane, useLaneList, useStore } from '../../live/hooks';
import type { Target } from '../../live/objects';
import { isInUse, slotsText } from '../../live/target-use';
import { StatusMark, statusWord } from '../../ui/status';
import { Tooltip } from '../../ui/tooltip';
import { fitting } from './fitting';

/** No window has room for more. */
const PILLS_DRAWN = 48;

const showJobs = (): void => openOverlay({ kind: 'jobs', view: 'all' });

/** What is going on, on every page: the active jobs and the targets that they run on. */
export function Footer() {
  const { queued, active } = useStore('counts', (store) => store.counts());
  const ids = useStore('lanes', (store) => store.currentIds());
  const targets = useStore('targets', (store) => store.targets());
  return (
    <footer className="app-footer">
      <section aria-label="Active jobs" className="footer-part jobs-part">
        <button type="button" className="button quiet" data-details="jobs" onClick={showJobs}>
          <b>{queued + active}</b> {queued + active === 1 ? 'job' : 'jobs'}
        </button>
        <Pills total={ids.length}>
          {ids.slice(0, PILLS_DRAWN).map((id) => (
            <JobPill key={id} id={id} />
          ))}
        </Pills>
      </section>
      <section aria-label="Active targets" className="footer-part targets-part">
        <button type="button" className="button quiet" data-details="targets" onClick={showJobs}>
          Targets
        </button>
        <Pills total={targets.length}>
          {targets.map((target) => (
            <TargetPill key={target.id} target={target} />
          ))}
        </Pills>
      </section>
    </footer>
  );
}

interface PillsProps {
  /** Each with the key of its job or target. */
  children: readonly ReactElement[];
  /** How many there are, drawn or not. */
  total: number;
}

/** As many pills as there is room for, and how many there are beyond. */
function Pills({ children, total }: PillsProps) {
  const list = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = (): void => setCount(fitting([...element.children].map((pill) => (pill as HTMLElement).offsetLeft + (pill as HTMLElement).offsetWidth), element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [children.length]);
  const beyond = total - Math.min(count, children.length);
  return (
    <>
      <div ref={list} className="pills">
        {children.map((pill, index) => (
          <span key={pill.key} className="pill-slot" data-beyond={index >= count} inert={index >= count}>
            {pill}
          </span>
        ))}
      </div>
      {beyond > 0 && (
        <button type="button" className="button quiet" onClick={showJobs}>
          +{beyond}
        </button>
      )}
    </>
  );
}

function JobPill({ id }: { id: string }) {
  const job = useJob(id);
  if (!job) return null;
  return (
    <Tooltip text={job.typeTitle}>
      {(props) => (
        <button type="button" className="pill" data-pill={`${job.projectUid}.${job.uid}`} data-status={job.status} onClick={() => openJob(job)} {...props}>
          <StatusMark status={job.status} />
          <span className="uid">
            {job.projectUid} <b>{job.uid}</b>
          </span>
          <span className="unseen">{statusWord(job.status)}</span>
        </button>
      )}
    </Tooltip>
  );
}

function TargetPill({ target }: { target: Target }) {
  const list = useLaneList(target.laneName);
  const lane = useLane(target.laneName);
  if (!isInUse(target, list)) return null;
  return (
    <button
      type="button"
      className="pill"
      data-target={target.name}
      data-online={target.online}
      title={`${target.title} · ${slotsText(target)}`}
      onClick={() => openOverlay({ kind: 'target', name: target.name })}
    >
      <span className="dot" aria-hidden="true" />
      <b>{lane?.title ?? target.laneName}</b>
      <span className="muted">{slotsText(target)}</span>
      {!target.online && <span className="badge">Unreachable</span>}
      {target.drained && <span className="badge">Drained</span>}
    </button>
  );
}
