import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import './app/app.css';
import './app/css/frame.css';
import './app/css/cards.css';
import './app/css/board.css';
import './app/css/footer.css';
import './app/css/dialogs.css';
import './app/css/job.css';
import './app/css/admin.css';
import './app/css/choosing.css';
import { startSession } from './live/session';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void startSession();
