import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openPlainFile } from './plain-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-plain-'));
const path = join(dir, 'a');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('opens a file whose name another takes over and over, whichever it is', async () => {
  writeFileSync(path, 'same');
  let isOver = false;
  const replace = async (): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      await writeFile(`${path}.${n}`, 'same');
      await rename(`${path}.${n}`, path);
    }
  };
  const replacing = replace();
  for (let n = 0; n < 2_000; n++) {
    await using file = await openPlainFile(path, { below: dir });
    expect((await file.readFile('utf8')).length).toBe(4);
  }
  isOver = true;
  await replacing;
});
