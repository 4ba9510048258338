import type { z } from 'zod';
import type { GpuEncoder, Operation, ParamIssue, Pool } from './operation.ts';
import { operations, type OperationId } from './registry.ts';
import type { Hardware } from './transcode/formats.ts';

const fromZod = (error: z.core.$ZodError): ParamIssue[] =>
  error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    code: `param_${issue.code}`,
    message: issue.message,
  }));

/**
 * Everything that is wrong with an operation's own fields, known before any file is looked at; empty when all is well.
 * A hand-written command is a text here: what it says is read by `checkParams` of `libs/raw-command`.
 */
export const checkParams = (id: OperationId, params: unknown): ParamIssue[] => {
  const operation: Operation = operations[id];
  const parsed = operation.params.safeParse(params);
  if (!parsed.success) return fromZod(parsed.error);
  return operation.check?.(parsed.data) ?? [];
};

export interface GpuRoute {
  readonly encoder: GpuEncoder;
  readonly wish: 'auto' | 'gpu';
  readonly pools: { readonly cpu: Pool; readonly gpu: Pool };
}

/** What a GPU could do for a request, with checked parameters; `null` when it has nothing for one, or wants none. */
export const gpuRouteOf = (
  id: OperationId,
  params: Readonly<Record<string, unknown>>,
  hardware: Hardware,
): GpuRoute | null => {
  const operation: Operation = operations[id];
  const { cpu, gpu } = operation.pools;
  const work = operation.gpu?.(params) ?? null;
  // An encoder's name says where it runs, whatever `hardware` says.
  const wish = work?.named ?? hardware;
  return gpu === undefined || work === null || wish === 'cpu'
    ? null
    : { encoder: work.encoder, wish, pools: { cpu, gpu } };
};
