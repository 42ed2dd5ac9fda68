import { useState } from 'react';
import { address } from '../lib/navigate';
import type { Place } from '../lib/place';
import type { Board as LiveBoard } from '../live/board';
import { BoardContext, useValue } from '../live/hooks';
import { session } from '../live/session';
import { Browse } from '../places/browse/browse';
import { Builder } from '../places/builder/builder';
import { Footer } from '../places/footer/footer';
import { Home } from '../places/home/home';
import { ProjectPlace } from '../places/projects/project';
import { Projects } from '../places/projects/projects';
import { SignIn } from '../places/sign-in/sign-in';
import { JobTable } from '../places/table/job-table';
import { Gone } from '../ui/gone';
import { lazyPart } from '../ui/lazy-part';
import { Dialogs } from './dialogs/dialogs';
import { LinkBanner } from './link-banner';
import { FollowJob } from './follow-job';
import { JobMenu } from './menu/job-menu';
import { Moves } from './moves';
import { Stage } from './stage';
import { Toasts } from './toasts';
import { TopBar } from './top-bar';
import { WorkspacePlace } from './workspace';

/** The whole page, by the state of the session. */
export function App() {
  const present = useValue(session);
  switch (present.kind) {
    case 'starting':
      return <Waiting text="Loading…" />;
    case 'unreachable':
      return <Waiting text={`${present.reason} Trying again…`} />;
    case 'signed-out':
      return <SignIn />;
    case 'open':
      return <OpenPage board={present.board} />;
  }
}

function OpenPage({ board }: { board: LiveBoard }) {
  const { place } = useValue(address);
  return (
    <BoardContext.Provider value={board}>
      <div className="app">
        <TopBar />
        <LinkBanner />
        <Stage>
          <PlaceShown place={place} />
        </Stage>
        <Footer />
        <Toasts />
        <Moves />
        <JobMenu />
        <Dialogs />
      </div>
    </BoardContext.Provider>
  );
}

function PlaceShown({ place }: { place: Place }) {
  switch (place.kind) {
    case 'home':
      return <Home />;
    case 'projects':
      return <Projects />;
    case 'project':
      return <ProjectPlace key={place.project} project={place.project} />;
    case 'workspace':
      return <WorkspacePlace project={place.project} workspace={place.workspace} layout={place.layout} />;
    case 'browse':
      return <Browse filter={place.filter} table={BrowseTable} />;
    case 'build':
      return <BuildPlace key={`${place.project}.${place.workspace}`} {...place} />;
    case 'admin':
      return <Admin section={place.section} />;
  }
}

function BuildPlace({ project, workspace, job }: Extract<Place, { kind: 'build' }>) {
  const [lost, setLost] = useState<string | null>(null);
  return (
    <>
      {job && <FollowJob project={project} job={job} onLoss={(isLost) => setLost(isLost ? job : null)} />}
      {job && lost === job ? <Gone what={`job ${project} ${job}`} wasSeen /> : <Builder project={project} workspace={workspace} job={job} />}
    </>
  );
}

const Admin = lazyPart(() => import('../places/admin/admin').then((loaded) => loaded.Admin));

const BrowseTable = (props: { ids: readonly string[]; sort: string; onSort: (sort: string) => void }) => (
  <JobTable scope="browse" label="Jobs" hasProjects {...props} />
);

function Waiting({ text }: { text: string }) {
  return (
    <main className="alone">
      <p className="late" role="status">
        {text}
      </p>
    </main>
  );
}
