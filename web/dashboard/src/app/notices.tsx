import { useBoard, useValue } from '../live/hooks';

/** Refusals, each until it is dismissed: why an action was not done. */
export function Notices() {
  const { actions } = useBoard();
  const notices = useValue(actions.notices);
  return (
    <div className="notices" role="status">
      {notices.map((notice) => (
        <p key={notice.id} className="notice">
          <span>{notice.text}</span>
          <button type="button" className="button quiet" onClick={() => actions.dismiss(notice)}>
            Dismiss
          </button>
        </p>
      ))}
    </div>
  );
}
