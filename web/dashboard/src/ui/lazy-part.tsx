import { type ComponentType, lazy, Suspense } from 'react';

const NotLoaded = () => (
  <p className="pad problem" role="alert">
    This part of the page could not be loaded. Reload the page.
  </p>
);

/** A part of the page that is fetched when it is first shown: most visitors never see it. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Part = lazy(() =>
    load().then(
      (loaded) => ({ default: loaded }),
      (): { default: ComponentType<Props> } => ({ default: NotLoaded }),
    ),
  ) as ComponentType<Props>; // what is lazy takes the same properties
  return (props: Props) => (
    <Suspense fallback={<p className="pad muted late">Loading…</p>}>
      <Part {...props} />
    </Suspense>
  );
}
