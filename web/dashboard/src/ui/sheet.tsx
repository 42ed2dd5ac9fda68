import { type ReactNode, useEffect, useId, useRef } from 'react';

interface SheetProps {
  title: string;
  /** Changes when the sheet shows another thing, and so takes the focus again. */
  subject: string;
  head?: ReactNode;
  children: ReactNode;
  onClose: () => void;
}

/** A dialog over the place that leaves the sidebar and the footer in reach; it is not modal. */
export function Sheet({ title, subject, head, children, onClose }: SheetProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useEffect(() => heading.current?.focus(), [subject]);
  return (
    <dialog open className="sheet" aria-labelledby={titleId}>
      <header className="sheet-head">
        <h2 id={titleId} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <div className="sheet-tools">{head}</div>
        <button type="button" className="icon-button" aria-label={`Close ${title}`} title="Close (Esc)" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}
