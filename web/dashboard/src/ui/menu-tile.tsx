import { type MouseEvent, type ReactNode, useCallback, useRef, useState } from 'react';
import { Dots } from './icons';
import { giveBack, Menu, type MenuItem } from './menu';

interface MenuTileProps {
  kind: 'project' | 'workspace';
  uid: string;
  items: readonly MenuItem[];
  children: ReactNode;
}

/** A tile of a list, with its quick menu: by right-click, or by the button with the dots. */
export function MenuTile({ kind, uid, items, children }: MenuTileProps) {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const openAt = (event: MouseEvent): void => {
    event.preventDefault();
    setAt({ x: event.clientX, y: event.clientY });
  };
  const openBelow = (): void => {
    const { left, bottom } = button.current?.getBoundingClientRect() ?? { left: 0, bottom: 0 };
    setAt({ x: left, y: bottom });
  };
  const close = useCallback(() => {
    setAt(null);
    giveBack(button.current);
  }, []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button in it opens the same menu
    <li className="tile" {...{ [`data-${kind}`]: uid }} onContextMenu={openAt}>
      <button ref={button} type="button" className="icon-button tile-menu" aria-label={`Menu of ${uid}`} aria-haspopup="menu" onClick={openBelow}>
        <Dots />
      </button>
      {children}
      {at && <Menu label={`Actions of ${uid}`} at={at} sections={[{ id: kind, label: `Actions of the ${kind}`, items }]} onClose={close} />}
    </li>
  );
}
