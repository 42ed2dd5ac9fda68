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
