// Writes src/gql: the types of the API and of every operation under src, as read from the SDL.
// `SDL=path npm run gen` reads another schema than the one printed from the server's code.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildASTSchema, parse } from 'graphql';

const SDL = process.env.SDL ?? '../../schema/schema.graphql';

const CONFIG = {
  documentMode: 'string',
  enumsAsTypes: true,
  useTypeImports: true,
  scalars: {
    ID: 'string',
    DateTime: 'string',
    BigInt: 'number',
    JSON: 'unknown',
    Cursor: 'string',
    ProjectUid: 'string',
    WorkspaceUid: 'string',
    JobUid: 'string',
  },
};

process.chdir(import.meta.dirname);
const schema = parse(readFileSync(SDL, 'utf8'));
const documents = readdirSync('src', { recursive: true })
  .filter((path) => path.endsWith('.graphql'))
  .toSorted()
  .map((path) => join('src', path))
  .map((location) => ({ location, rawSDL: readFileSync(location, 'utf8') }))
  .map((source) => ({ ...source, document: parse(source.rawSDL) }));

const sections = await preset.buildGeneratesSection({
  baseOutputDir: 'src/gql/',
  schema,
  schemaAst: buildASTSchema(schema),
  documents,
  config: CONFIG,
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
});
for (const section of sections) {
  mkdirSync(dirname(section.filename), { recursive: true });
  writeFileSync(section.filename, await codegen(section));
}
