import { isOutdated } from '../live/build';
import { useBoard, useStore, useValue } from '../live/hooks';
import { Age } from '../ui/age';

/** Says when the page does not show the present, and how old it is; and what the administrator has to say. */
export function LinkBanner() {
  const link = useValue(useBoard().link);
  const instance = useStore('instance', (store) => store.instance());
  const outdated = useValue(isOutdated);
  return (
    <div role="status">
      {instance?.maintenance && <p className="banner">Maintenance: no job is started. Running jobs go on.</p>}
      {instance?.bannerMessage && <p className="banner">{instance.bannerMessage}</p>}
      {outdated && (
        <p className="banner">
          Lanekeeper has been updated.{' '}
          <button type="button" className="link" onClick={() => location.reload()}>
            Reload the page
          </button>
        </p>
      )}
      {link.state === 'refreshing' && <p className="banner late">Refreshing…</p>}
      {link.state === 'lost' && <Lost heardAt={link.heardAt} />}
    </div>
  );
}

function Lost({ heardAt }: { heardAt: number }) {
  const time = new Date(heardAt).toLocaleTimeString();
  return (
    <p className="banner lost late">
      Connection lost, reconnecting. You see the jobs as of {time}, <Age since={new Date(heardAt).toISOString()} /> ago.
    </p>
  );
}
