import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemas } from '#contract/jsonSchemas.ts';
import { productFolders } from './productFolders.ts';

// `npm run schemas`: writes the committed JSON Schemas anew from the contract. A test notices when that was forgotten.
const folder = path.join(productFolders().root, 'resources', 'schemas');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) writeFileSync(path.join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
