import { type FormEvent, useState } from 'react';
import { addressOf, RequestRefused } from '../../lib/api';
import { signInWith } from '../../live/session';

/** Asks for a sign-in token when the server does not know who we are. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    await signInWith(token.trim()).catch((error: unknown) => {
      setProblem(error instanceof RequestRefused ? error.message : 'The server cannot be reached. Try again.');
    });
    setBusy(false);
  };
  return (
    <main className="alone">
      <form className="panel" onSubmit={submit}>
        <h1>Sign in to Lanekeeper</h1>
        <p>
          <a href={addressOf('sign-in').href}>Sign in with your user name and password</a>, or paste a sign-in token here: the server prints
          one when it starts.
        </p>
        <label htmlFor="token">Sign-in token</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          value={token}
          aria-describedby="sign-in-problem"
          aria-invalid={problem !== null}
          onChange={(event) => setToken(event.target.value)}
        />
        <p id="sign-in-problem" className="problem" role="alert">
          {problem}
        </p>
        <button type="submit" className="button main" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
