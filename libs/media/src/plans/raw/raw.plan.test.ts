import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { cpuCaps, film } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import type { Plan } from '../plan.ts';
import { planRunCommand, planRunJob } from './raw.plan.ts';

const base = { caps: cpuCaps, measured: {}, hardware: 'auto' } as const;
const command = (params: unknown): Plan =>
  planRunCommand({
    ...base,
    params: operations['ffmpeg.command'].params.parse(params),
    facts: { 'input_files-film': film },
  });
const job = (params: unknown): Plan =>
  planRunJob({
    ...base,
    params: operations['ffmpeg.job'].params.parse(params),
    facts: { 'task-inputs-0-file_path': film, 'task-inputs-1-file_path': film },
  });

describe('golden command lines', () => {
  it.each(operations['ffmpeg.command'].examples)('$title', ({ title, params }) => {
    expect(showPlan(command(params))).toBe(golden(import.meta.url, title, showPlan(command(params))));
  });
  it.each(operations['ffmpeg.job'].examples)('$title', ({ title, params }) => {
    expect(showPlan(job(params))).toBe(golden(import.meta.url, title, showPlan(job(params))));
  });
});

const one = (file: string, words: string): Plan =>
  command({
    input_files: { film: 'file_aaaa' },
    output_files: { out: file },
    ffmpeg_command: `-i {{film}} ${words} {{out}}`,
  });

describe('outputs', () => {
  it('have the container of their name, unless the command names another that is allowed', () => {
    expect(one('a.mkv', '-c copy').steps[0]?.argv.slice(-5)).toEqual([
      '-f',
      'matroska',
      '-c',
      'copy',
      { out: 'a.mkv' },
    ]);
    expect(one('a.png', '-frames:v 1').steps[0]?.argv).toContain('-update');
    expect(one('a.mp4', '-f mov').steps[0]?.argv.filter((token) => token === '-f')).toHaveLength(3);
  });

  it('are probed where they are media', () => {
    expect(one('a.mp4', '-an').outputs[0]?.verify).toBe('probe');
    expect(one('a.png', '-frames:v 1').outputs[0]?.verify).toBe('none');
  });

  it('may not share a name', () => {
    expect(() =>
      command({
        input_files: { film: 'file_aaaa' },
        output_files: { a: 'x.mp4', b: 'x.mp4' },
        ffmpeg_command: '-i {{film}} {{a}} {{b}}',
      }),
    ).toThrow('same name');
  });
});

it('puts its guards before every input, whatever the command says', () => {
  const argv = job(operations['ffmpeg.job'].examples[0]?.params).steps[0]?.argv ?? [];
  const inputs = argv.flatMap((token, at) => (token === '-i' ? [at] : []));
  expect(inputs).toHaveLength(2);
  expect(argv.filter((token) => token === '-protocol_whitelist')).toHaveLength(2);
  for (const at of inputs) expect(argv[at + 1]).toHaveProperty('in');
});
