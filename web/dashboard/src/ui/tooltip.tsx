import { type ReactNode, useId, useRef } from 'react';

interface TooltipProps {
  text: string;
  children: (props: { 'aria-describedby': string }) => ReactNode;
}

/** Says more about what it wraps, on hover and on keyboard focus alike; Escape puts it away. */
export function Tooltip({ text, children }: TooltipProps) {
  const id = useId();
  const tip = useRef<HTMLSpanElement>(null);
  const anchor = useRef<HTMLSpanElement>(null);
  const show = (): void => {
    const box = anchor.current?.firstElementChild?.getBoundingClientRect();
    if (!tip.current || !box || tip.current.matches(':popover-open')) return;
    tip.current.showPopover();
    const left = box.left + box.width / 2 - tip.current.offsetWidth / 2;
    tip.current.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.current.offsetWidth - 8))}px`;
    tip.current.style.top = `${box.top - tip.current.offsetHeight - 6}px`;
  };
  const hide = (): void => tip.current?.hidePopover();
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- it only watches the button inside
    <span
      ref={anchor}
      className="tipped"
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
      {children({ 'aria-describedby': id })}
      <span ref={tip} id={id} role="tooltip" className="tooltip" popover="manual">
        {text}
      </span>
    </span>
  );
}
