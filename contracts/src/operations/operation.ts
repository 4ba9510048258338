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

/** One media capability, declared once: routes, documentation, clients and plans are derived from it. */
export interface Operation<P extends z.ZodObject = z.ZodObject, R extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly version: number;
  readonly summary: string;
  readonly path: string;
  /** Its path is older than /v1: called plainly it waits, and answers as the first FFAPI did. */
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
  readonly outputs: string;
  readonly examples: readonly { readonly title: string; readonly params: z.input<P> }[];
}

/** The result of an operation that tells nothing beside its files. */
export const noResult = z.null();

/** The declaration itself, with its literal id and the exact types of its parameters and its result kept. */
export const defineOperation = <const I extends string, P extends z.ZodObject, R extends z.ZodType>(
  operation: Operation<P, R> & { readonly id: I },
): Operation<P, R> & { readonly id: I } => operation;

/** A parameter that cannot be carried out, in the shape of the problem document's `errors`. */
export interface ParamIssue {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}
