import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** The key that does the same. */
  readonly hint?: string | undefined;
  /** Why it cannot be chosen; it can be reached and read all the same. */
  readonly refusal?: string | undefined;
  readonly danger?: boolean | undefined;
  readonly checked?: boolean;
  readonly run?: () => void;
  /** A menu of its own, entered by Enter or → and left by ←. */
  readonly items?: readonly MenuItem[];
  /** The menu stays open after the choice. */
  readonly stays?: boolean;
}

export interface MenuSection {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
}

interface MenuProps {
  label: string;
  sections: readonly MenuSection[];
  /** In pixels of the window. */
  at: { readonly x: number; readonly y: number };
  onClose: () => void;
}

const EDGE = 8;

const itemsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];

/** Give the focus back when a menu closes, unless it has gone on to what was clicked. */
export function giveBack(to: HTMLElement | null | undefined): void {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body || activeElement.closest('[role="menu"]')) to?.focus();
}

/** The item that a key leads to from the one at `index`; undefined for keys that lead nowhere. */
function itemFor(key: string, items: HTMLElement[], index: number): HTMLElement | undefined {
  if (key === 'ArrowDown') return items[(index + 1) % items.length];
  if (key === 'ArrowUp') return items.at(index <= 0 ? -1 : index - 1);
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  if (key.length !== 1 || key === ' ') return undefined;
  const after = [...items.slice(index + 1), ...items.slice(0, index + 1)];
  return after.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
}

/** A menu at a point of the window: the platform's popover, with the keys of a menu. */
export function Menu({ label, sections, at, onClose }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  const [entered, setEntered] = useState<string | null>(null);
  const inner = sections.flatMap((section) => section.items).find((item) => item.id === entered);
  const shown: readonly MenuSection[] = inner?.items ? [{ id: inner.id, label: inner.label, items: inner.items }] : sections;
  useLayoutEffect(() => {
    const menu = element.current;
    if (!menu) return;
    if (!menu.matches(':popover-open')) menu.showPopover();
    menu.style.left = `${Math.max(EDGE, Math.min(at.x, innerWidth - menu.offsetWidth - EDGE))}px`;
    menu.style.top = `${Math.max(EDGE, Math.min(at.y, innerHeight - menu.offsetHeight - EDGE))}px`;
    itemsOf(menu)[0]?.focus();
  }, [at, entered]);
  const leave = (): void => (entered ? setEntered(null) : onClose());
  const handleKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const items = itemsOf(event.currentTarget);
    const index = items.indexOf(document.activeElement as HTMLElement);
    const isWay = ['Escape', 'ArrowLeft', 'ArrowRight', 'Tab'].includes(event.key);
    const next = isWay || event.ctrlKey || event.metaKey ? undefined : itemFor(event.key, items, index);
    if (event.key === 'Escape' || (event.key === 'ArrowLeft' && entered)) leave();
    else if (event.key === 'Tab') onClose();
    else if (event.key === 'ArrowRight' && items[index]?.ariaHasPopup) items[index].click();
    else if (!next) return;
    next?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={element}
      className="menu"
      role="menu"
      tabIndex={-1}
      aria-label={inner?.label ?? label}
      popover="auto"
      onKeyDown={handleKey}
      onContextMenu={(event) => event.preventDefault()}
      onToggle={(event) => event.newState === 'closed' && onClose()}
    >
      {shown.map((section) => (
        <div key={section.id} role="group" aria-label={section.label} data-section={section.id} className="menu-section">
          {section.items.map((item) => (
            <Item key={item.id} item={item} onEnter={() => setEntered(item.id)} onClose={onClose} />
          ))}
        </div>
      ))}
    </div>
  );
}

interface ItemProps {
  item: MenuItem;
  onEnter: () => void;
  onClose: () => void;
}

function Item({ item, onEnter, onClose }: ItemProps) {
  const choose = (): void => {
    if (item.refusal) return;
    if (item.items) return onEnter();
    if (!item.stays) onClose();
    item.run?.();
  };
  return (
    <button
      type="button"
      className="menu-item"
      role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      data-item={item.id}
      data-danger={item.danger}
      tabIndex={-1}
      title={item.refusal}
      aria-disabled={item.refusal !== undefined}
      {...(item.items && { 'aria-haspopup': 'menu' as const })}
      {...(item.checked !== undefined && { 'aria-checked': item.checked })}
      onClick={choose}
    >
      <span>{item.label}</span>
      {item.refusal && <span className="unseen">: {item.refusal}</span>}
      {item.hint && <kbd>{item.hint}</kbd>}
      {item.items && <span aria-hidden="true">›</span>}
    </button>
  );
}
