import type { ReactNode } from 'react';

interface PanelFrameProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Lies over the lower part of the sidebar; what is above it can still be read and scrolled. */
export function PanelFrame({ title, onClose, children }: PanelFrameProps) {
  return (
    <section className="actions-panel" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <button type="button" className="icon-button" aria-label={`Close ${title}`} onClick={onClose}>
          ✕
        </button>
      </header>
      <div className="panel-actions">{children}</div>
    </section>
  );
}
