import { type ComponentType, lazy, Suspense } from 'react';
import type { AdminSection } from '../lib/place';

interface AdminProps {
  section: AdminSection;
}

const NotLoaded: ComponentType<AdminProps> = () => (
  <p className="pad problem" role="alert">
    This part of the page could not be loaded. Reload the page.
  </p>
);

const Admin = lazy(() =>
  import('../places/admin/admin').then(
    (loaded): { default: ComponentType<AdminProps> } => ({ default: loaded.Admin }),
    () => ({ default: NotLoaded }),
  ),
);

/** The administration, fetched when it is first gone to: most visitors never do. */
export function LazyAdmin({ section }: AdminProps) {
  return (
    <Suspense fallback={<p className="pad muted late">Loading…</p>}>
      <Admin section={section} />
    </Suspense>
  );
}
