import type { z } from 'zod';
import { checkFilter } from './filter/check-filter.ts';
import type { ParamIssue } from './operation.ts';
import { operations } from './registry.ts';
import type { OperationId, OperationParams } from './registry.ts';
import { checkTranscode } from './transcode/check-transcode.ts';

/** Rules between fields, which a schema cannot say; operations without such rules are absent. */
const checks: { readonly [K in OperationId]?: (params: OperationParams<K>) => ParamIssue[] } = {
  transcode: checkTranscode,
  'video.filter': checkFilter,
};

const fromZod = (error: z.core.$ZodError): ParamIssue[] =>
  error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    code: `param_${issue.code}`,
    message: issue.message,
  }));

/** Everything that is wrong with an operation's own fields, known before any file is looked at; empty when all is well. */
export const checkParams = (id: OperationId, params: unknown): ParamIssue[] => {
  const parsed = operations[id].params.safeParse(params);
  if (!parsed.success) return fromZod(parsed.error);
  const check = checks[id] as ((value: unknown) => ParamIssue[]) | undefined;
  return check?.(parsed.data) ?? [];
};
