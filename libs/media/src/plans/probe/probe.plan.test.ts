import { operations } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { cpuCaps, film } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import { planProbe } from './probe.plan.ts';

it.each(operations.probe.examples.map((example) => [example.title, example.params] as const))('%s', (title, params) => {
  const made = planProbe({
    params: operations.probe.params.parse(params),
    facts: { source: film },
    caps: cpuCaps,
    measured: {},
    hardware: 'auto',
  });
  const text = showPlan(made);
  expect(text).toBe(golden(import.meta.url, title, text));
});

it('asks only for what is wanted', () => {
  const params = operations.probe.params.parse({ show_format: false, show_chapters: true, show_programs: true });
  const { steps } = planProbe({ params, facts: { source: film }, caps: cpuCaps, measured: {}, hardware: 'auto' });
  expect(steps[0]?.argv).toEqual(expect.arrayContaining(['-show_streams', '-show_chapters', '-show_programs']));
  expect(steps[0]?.argv).not.toContain('-show_format');
});
