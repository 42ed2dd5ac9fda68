/** Three dots: a menu. */
export const Dots = () => (
  <svg className="icon dots" viewBox="0 0 12 12" aria-hidden="true">
    <circle cx="2" cy="6" r="1.1" />
    <circle cx="6" cy="6" r="1.1" />
    <circle cx="10" cy="6" r="1.1" />
  </svg>
);

/** A star, filled if it is given. */
export const Star = ({ given }: { given: boolean }) => (
  <svg className="icon star" data-given={given} viewBox="0 0 12 12" aria-hidden="true">
    <path d="M6 1.2l1.5 3.1l3.3.4l-2.4 2.3l.6 3.4L6 8.8L3 10.4l.6-3.4L1.2 4.7l3.3-.4z" />
  </svg>
);

/** A lens: look for something. */
export const Lens = () => (
  <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M5 1.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7M7.6 7.6l3 3" />
  </svg>
);

/** An arrow out of a door: leave. */
export const Leave = () => (
  <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M7 1.5H2v9h5M5 6h6M8.8 3.8L11 6L8.8 8.2" />
  </svg>
);

/** A bell: be told. */
export const Bell = () => (
  <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M2 9h8c-1-1-1.2-2-1.2-4a2.8 2.8 0 0 0-5.6 0C3.2 7 3 8 2 9M5 10.6h2" />
  </svg>
);

/** A disc half in shade: the colours. */
export const Shade = () => (
  <svg className="icon shade" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9" />
    <path className="shade-half" d="M6 1.5a4.5 4.5 0 0 1 0 9z" />
  </svg>
);
