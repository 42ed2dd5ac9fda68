import type { ComponentType } from 'react';
import { ADMIN_SECTIONS, type AdminSection } from '../../lib/place';
import { PlaceLink } from '../../ui/place-link';
import { Audit } from './audit';
import { Lanes } from './lanes';
import { Settings } from './settings';
import { Storage } from './storage';
import { Tokens } from './tokens';
import { Users } from './users';

const SECTIONS: Record<AdminSection, { label: string; Shown: ComponentType }> = {
  lanes: { label: 'Lanes and targets', Shown: Lanes },
  users: { label: 'Users', Shown: Users },
  tokens: { label: 'Tokens', Shown: Tokens },
  settings: { label: 'Settings', Shown: Settings },
  audit: { label: 'Audit log', Shown: Audit },
  storage: { label: 'Storage', Shown: Storage },
};

/** What administrators look after, section by section. */
export function Admin({ section }: { section: AdminSection }) {
  const { label, Shown } = SECTIONS[section];
  return (
    <div className="admin">
      <nav aria-label="Administration" className="admin-nav">
        {ADMIN_SECTIONS.map((each) => (
          <PlaceLink key={each} to={{ kind: 'admin', section: each }} isCurrent={each === section}>
            {SECTIONS[each].label}
          </PlaceLink>
        ))}
      </nav>
      <div className="place-scroll admin-body">
        <h1>{label}</h1>
        <Shown />
      </div>
    </div>
  );
}
