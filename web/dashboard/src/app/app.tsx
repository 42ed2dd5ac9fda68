import type { Board as LiveBoard } from '../live/board';
import { BoardContext, useValue } from '../live/hooks';
import { session } from '../live/session';
import { Board } from '../places/board/board';
import { TargetPills } from '../places/footer/target-pills';
import { SignIn } from '../places/sign-in/sign-in';
import { LinkBanner } from './link-banner';
import { Moves } from './moves';
import { Notices } from './notices';
import { TopBar } from './top-bar';

/** The whole page, by the state of the session. */
export function App() {
  const present = useValue(session);
  switch (present.kind) {
    case 'starting':
      return <Waiting text="Loading the current jobs…" />;
    case 'unreachable':
      return <Waiting text={`${present.reason} Trying again…`} />;
    case 'signed-out':
      return <SignIn />;
    case 'open':
      return <OpenBoard board={present.board} />;
  }
}

function OpenBoard({ board }: { board: LiveBoard }) {
  return (
    <BoardContext.Provider value={board}>
      <div className="app">
        <TopBar />
        <LinkBanner />
        <Board />
        <TargetPills />
        <Notices />
        <Moves />
      </div>
    </BoardContext.Provider>
  );
}

function Waiting({ text }: { text: string }) {
  return (
    <main className="alone">
      <p className="late" role="status">
        {text}
      </p>
    </main>
  );
}
