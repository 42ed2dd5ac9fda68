import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import './monaco.js';
import 'graphiql/style.css';
import './playground.css';
import { EXAMPLES } from './examples.js';
import { fetcher } from './fetcher.js';

createRoot(document.getElementById('root')).render(
  <GraphiQL fetcher={fetcher} defaultTabs={EXAMPLES} defaultEditorToolsVisibility="variables" shouldPersistHeaders={false}>
    <GraphiQL.Logo>
      <a href="../" className="home">
        Lanekeeper
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
