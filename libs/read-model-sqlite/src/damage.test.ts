import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Damage } from './open-database.ts';
import { createSqliteReadModel } from './sqlite-read-model.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ffapi-damage-'));
  file = join(folder, 'read.sqlite');
  const readModel = createSqliteReadModel({ file });
  const collection = readModel.collection(spec);
  for (let position = 1; position <= 500; position++)
    await collection.write([{ id: `n${position}`, position, document: { owner: 'a', text: 'x'.repeat(300) } }]);
  await readModel.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec = { name: 'notes', indexes: [{ where: ['owner'], sort: 'text' }] };
const nowMs = (): number => Date.parse('2026-11-30T10:20:30.000Z');

const opened = async (): Promise<{ damage: Damage[]; isKept: boolean }> => {
  const damage: Damage[] = [];
  const readModel = createSqliteReadModel({ file, nowMs, onDamage: (each) => damage.push(each) });
  const collection = readModel.collection(spec);
  const isKept = (await collection.get('n7')) !== null;
  // Whatever it found, it is one that can be worked with.
  await collection.write([{ id: 'new', position: 501, document: { owner: 'b', text: 'y' } }]);
  expect(await collection.get('new')).not.toBeNull();
  await readModel.close();
  return { damage, isKept };
};

const overwrite = (from: number, bytes: Buffer): void => {
  const content = readFileSync(file);
  bytes.copy(content, from);
  writeFileSync(file, content);
};

describe('a read model’s file', () => {
  it.each([
    ['is no database any more', () => writeFileSync(file, 'x'.repeat(10_000))],
    ['has lost its beginning', () => overwrite(0, Buffer.alloc(4_096, 0xff))],
    ['has lost its table of tables', () => overwrite(100, Buffer.alloc(3_000, 0xff))],
    ['has lost pages in the middle', () => overwrite(8 * 4_096, Buffer.alloc(5 * 4_096, 0x5a))],
    ['is cut off', () => truncateSync(file, statSync(file).size - 20 * 4_096)],
    ['is cut off inside of a page', () => truncateSync(file, 10 * 4_096 + 100)],
  ])('that %s is set aside and begun anew, with a word', async (_, damageIt) => {
    damageIt();
    const broken = readFileSync(file);
    const { damage, isKept } = await opened();
    expect(isKept).toBe(false);
    const keptAs = `${file}.damaged-2026-11-30T10-20-30-000Z`;
    expect(damage).toEqual([{ file, keptAs, reason: expect.stringMatching(/./) }]);
    expect(readFileSync(keptAs).equals(broken)).toBe(true);
    expect((await opened()).damage).toEqual([]);
  });

  it('that is whole stays, without a word', async () => {
    expect(await opened()).toEqual({ damage: [], isKept: true });
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('that cannot be opened for another reason is not touched', () => {
    expect(() => createSqliteReadModel({ file: join(file, 'below', 'a.sqlite') })).toThrow();
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});
