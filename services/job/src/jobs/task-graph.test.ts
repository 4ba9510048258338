import type { InputSource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { taskGraph } from './task-graph.ts';

const blob = { sha256: 'a'.repeat(64), sizeBytes: 3 };
const url: InputSource = { kind: 'url', url: 'http://a/b.mp4', secret: null };
const file: InputSource = { kind: 'file', fileId: 'file_0000', name: 'a.png', contentType: 'image/png', blob };
const inputs = { film: url, logo: file, sound: url };
const pool = 'transcode-cpu';

/** What was stored before moderation was there must be what is stored without it. */
const unmoderated =
  '[{"n":0,"kind":"ingest","pool":"storage","after":[],"input":"film"},{"n":1,"kind":"ingest","pool":"storage","after":[],"input":"sound"},{"n":2,"kind":"operation","pool":"transcode-cpu","after":[0,1]},{"n":3,"kind":"publish","pool":"storage","after":[2]}]';

describe('a graph', () => {
  it('fetches, works and publishes; to the byte as ever where nothing is moderated', () => {
    expect(JSON.stringify(taskGraph({ inputs, pool, dryRun: false }))).toBe(unmoderated);
    expect(JSON.stringify(taskGraph({ inputs, pool, dryRun: false, isModerated: false }))).toBe(unmoderated);
  });

  it('looks at the inputs between fetching and working', () => {
    expect(taskGraph({ inputs, pool, dryRun: false, isModerated: true }).slice(2)).toEqual([
      { n: 2, kind: 'sample', pool: 'thumbnail', after: [0, 1] },
      { n: 3, kind: 'moderate', pool: 'moderation', after: [2] },
      { n: 4, kind: 'operation', pool, after: [3] },
      { n: 5, kind: 'publish', pool: 'storage', after: [4] },
    ]);
    expect(
      taskGraph({ inputs: { logo: file }, pool, dryRun: false, isModerated: true }).map(({ after }) => after),
    ).toEqual([[], [0], [1], [2]]);
  });

  it('plans without looking: nothing of it is shown', () => {
    const plan = taskGraph({ inputs, pool, dryRun: true });
    expect(taskGraph({ inputs, pool, dryRun: true, isModerated: true })).toEqual(plan);
  });
});
