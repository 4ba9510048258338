import { z } from 'zod';
import { perfBegun, perfResult, perfRunBody } from '../perf-resources.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { createdBetween, paging, time } from './query.ts';

export const perfRoutes = {
  run: defineRoute({
    id: 'run_perf_tests',
    method: 'POST',
    path: '/admin/perf-test/run',
    tag: 'platform',
    summary:
      'Runs performance tests and waits for them; 424 with the results when one failed. `Prefer: respond-async` answers 202 at once.',
    access: 'perf:run',
    body: perfRunBody.optional(),
    success: 200,
    response: z.strictObject({ run_id: z.string(), passed: z.literal(true), results: z.array(perfResult) }),
    otherwise: {
      202: { description: 'With `Prefer: respond-async`: where the results will be.', response: perfBegun },
    },
    errors: ['invalid_request', 'perf_test_running', 'perf_test_failed'],
  }),
  results: defineRoute({
    id: 'list_perf_results',
    method: 'GET',
    path: '/admin/perf-test/results',
    tag: 'platform',
    summary: 'Results of performance tests, newest first; `format=csv` for a spreadsheet.',
    access: 'perf:run',
    query: z.strictObject({
      scenario: z.string().max(80).optional().describe('Its name.'),
      run_id: z.string().max(80).optional().describe('perf_…'),
      from: time.optional(),
      to: time.optional(),
      ...createdBetween('from', 'to'),
      format: z.enum(['json', 'csv']).default('json'),
      ...paging,
    }),
    success: 200,
    response: pageOf(perfResult),
    contentTypes: ['application/json', 'text/csv'],
    errors: ['invalid_request'],
  }),
} satisfies Record<string, Route>;
