import { useEffect } from 'react';
import { address, closeOverlay } from '../lib/navigate';
import { asked } from '../live/asks';
import { clearSelection, scopeOf, selection } from '../live/selection';

const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.matches('input:not([type="radio"], [type="checkbox"]), textarea, select');

/** Escape takes away one layer: the selection of what lies on top, then the dialog. */
function peel(): void {
  const present = address.get();
  const held = selection.get();
  if (held.ids.length > 0 && held.scope === scopeOf(present) && present.overlay?.kind !== 'job') clearSelection();
  else if (present.overlay) closeOverlay();
}

const PLAIN: Record<string, () => void> = {
  '/': () => document.querySelector<HTMLElement>('[data-filter]')?.focus(),
  '?': () => asked.set({ kind: 'keys' }),
};

function handle(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog:modal, :popover-open[role="menu"]')) return;
  const isCommand = event.metaKey || event.ctrlKey;
  if (isCommand && event.key === 'k') {
    asked.set({ kind: 'spotlight' });
    event.preventDefault();
  } else if (event.key === 'Escape') {
    if (isTyping(event.target)) (event.target as HTMLElement).blur();
    else peel();
  } else if (!isCommand && !event.altKey && !isTyping(event.target) && PLAIN[event.key]) {
    PLAIN[event.key]?.();
    event.preventDefault();
  }
}

/** The keys that hold wherever the focus is, but not while a dialog or a menu is open. */
export function usePageKeys(): void {
  useEffect(() => {
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, []);
}
