import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { because } from '../helpers/because.ts';
import { embedders, latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

describe.skipIf(missing !== null)(`looking at answers from the command line${because(missing)}`, () => {
  test('measures the saved questions, and names where a passage was lost or that it was found', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    writeFileSync(join(notes, 'pump.md'), '# Pump\n\nThe pump of the cellar runs at 50 Hz and needs oil in May.\n');
    writeFileSync(join(notes, 'lamp.md'), '# Lamp\n\nThe lamp over the door is changed in November.\n');
    await lathe.json(['project', 'new', project]);
    await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
    await lathe.json(['knowledge', 'ingest', notes, '--stage', 'text', '--project', project]);
    mkdirSync(join(project, 'knowledge', 'questions'));
    const ids = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'];
    writeFileSync(
      join(project, 'knowledge', 'questions', 'notes.yaml'),
      `version: 1\nquestions:\n  - id: ${ids[0]}\n    question: When does the pump of the cellar need oil?\n    expected:\n      - file: pump.md\n        quote: needs oil in May\n  - id: ${ids[1]}\n    question: Who painted the Mona Lisa?\n    expected: []\n`,
    );
    const evaluation = await lathe.json(['knowledge', 'evaluate', '--project', project]);
    expect(evaluation).toMatchObject({ metrics: { answerable: 1, unanswerable: 1, hitAt1: 1, mrr10: 1, ndcg10: 1 }, vectorsComplete: false });
    const lost = await lathe.json(['knowledge', 'autopsy', 'When does the pump need oil?', '--file', 'attic.md', '--quote', 'needs oil', '--project', project]);
    expect(lost).toMatchObject({ stage: 'not-ingested', fixes: [{ kind: 'ingest' }] });
    const found = await lathe.json(['knowledge', 'autopsy', 'When does the pump need oil?', '--file', 'pump.md', '--quote', 'needs oil in May', '--project', project]);
    expect(found).toMatchObject({ stage: 'found', ranks: { passage: 1 } });
  });
});
