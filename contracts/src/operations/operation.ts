import { z } from 'zod';

/** The queues that workers pull from; one worker deployment serves one or more of them. */
export const pools = [
  'transcode-cpu',
  'transcode-gpu',
  'thumbnail',
  'audio',
  'subtitle',
  'remote',
  'storage',
  'moderation',
] as const;
export type Pool = (typeof pools)[number];

/** The encoders of GPUs, by the codec they make. */
export const gpuEncoders = { h264: 'h264_nvenc', hevc: 'hevc_nvenc', av1: 'av1_nvenc' } as const;
export type GpuEncoder = (typeof gpuEncoders)[keyof typeof gpuEncoders];

export interface GpuWork {
  /** The one that a GPU must have for the request. */
  readonly encoder: GpuEncoder;
  /** Where the request itself says that it runs, by an encoder's name. */
  readonly named: 'cpu' | 'gpu' | null;
}

/** The work of operations that make H.264, or what a GPU that encodes it makes, too. */
export const h264OnGpu: GpuWork = { encoder: gpuEncoders.h264, named: null };

export const inputKinds = ['any', 'video', 'audio', 'image', 'subtitle'] as const;
export type InputKind = (typeof inputKinds)[number];

export interface OperationInput {
  /** The request fields that may carry this input; the first is the one shown in documentation. */
  readonly fields: readonly [string, ...string[]];
  readonly kind: InputKind;
  /** The request may leave it out. */
  readonly isOptional?: true;
  /** Fields that stand for it: it may be left out where one of them is given. */
  readonly insteadOf?: readonly string[];
}

/** A parameter that cannot be carried out, in the shape of the problem document's `errors`. */
export interface ParamIssue {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Something that is wrong with a parameter. */
export const issue = (pointer: string, code: string, message: string): ParamIssue => ({ pointer, code, message });

/** Two parameters that cannot both be carried out. */
export const conflict = (pointer: string, message: string): ParamIssue => issue(pointer, 'param_conflict', message);

/** One media capability, declared once: routes, documentation, clients and plans are derived from it. */
export interface Operation<P extends z.ZodObject = z.ZodObject, R extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly version: number;
  readonly summary: string;
  readonly path: string;
  /** Its path is older than /v1: called plainly it waits, and answers as FFAPI 1 did. */
  readonly answersPlainly?: true;
  readonly pools: { readonly cpu: Pool; readonly gpu?: Pool };
  readonly inputs: Readonly<Record<string, OperationInput>>;
  /**
   * Media that the parameters name, by pattern: `clips.*` are the items of a list. Each becomes an input of the plan
   * under the name that `inputAt` gives it.
   */
  readonly nested?: Readonly<Record<string, InputKind>>;
  /** The operation's own fields; inputs and the fields common to every submit are added by the route table. */
  readonly params: P;
  /** What the job's `result` carries beside files, once it has completed. */
  readonly result: R;
  /** What is wrong with checked parameters that no schema can say; none: nothing can be. */
  check?(params: z.output<P>): ParamIssue[];
  /** What a GPU would encode, where `pools` has one of GPUs; `null`: nothing of this request. */
  gpu?(params: z.output<P>): GpuWork | null;
  readonly outputs: string;
  readonly examples: readonly { readonly title: string; readonly params: z.input<P> }[];
}

/** The result of an operation that tells nothing beside its files. */
export const noResult = z.null();

/** The declaration itself, with its literal id and the exact types of its parameters and its result kept. */
export const defineOperation = <const I extends string, P extends z.ZodObject, R extends z.ZodType>(
  operation: Operation<P, R> & { readonly id: I },
): Operation<P, R> & { readonly id: I } => operation;
