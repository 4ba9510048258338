import type { z } from 'zod';
import { filter } from './filter/filter.operation.ts';
import type { Operation } from './operation.ts';
import { probe } from './probe.operation.ts';
import { scenes } from './scenes.operation.ts';
import { thumbnails } from './thumbnails.operation.ts';
import { transcode } from './transcode/transcode.operation.ts';

/** Every operation the platform offers, by id. */
export const operations = {
  transcode,
  'video.filter': filter,
  'video.scenes': scenes,
  'video.thumbnails': thumbnails,
  probe,
} satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
export type OperationParams<K extends OperationId> = z.output<(typeof operations)[K]['params']>;

export const isOperationId = (id: string): id is OperationId => Object.hasOwn(operations, id);
