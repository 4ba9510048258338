import { createHash } from 'node:crypto';
import { assetStream, derivedId, type Artifact, type AssetStoredData, type JobOutput } from '@ffapi/contracts';
import { handleCommand } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import type { ServiceContext } from '@ffapi/service-kit';
import type { Attempt, TaskRunner } from '@ffapi/worker';
import { assetDecider } from '../domain/asset.decider.ts';
import { outputFileName } from '../domain/output-name.ts';

const dayMs = 24 * 3600 * 1000;

const fileIdOf = (attempt: Attempt, artifact: Artifact): `file_${string}` =>
  derivedId(
    'file',
    createHash('sha256')
      .update(JSON.stringify([attempt.item.jobId, artifact.name]))
      .digest(),
  );

/**
 * Registers what a job made as files. Their ids follow from job and output, so doing it twice stores it once; only
 * after this is the job completed, so no link of a completed job leads nowhere.
 */
export const runPublish =
  (context: ServiceContext): TaskRunner =>
  async (attempt) => {
    const { artifacts, jobId, n, apiKeyId, outputName } = attempt.item;
    const outputs: JobOutput[] = await Promise.all(
      artifacts.map(async (artifact) => {
        const fileId = fileIdOf(attempt, artifact);
        const now = context.now();
        const asset: AssetStoredData = {
          fileId,
          apiKeyId,
          name: outputFileName(artifact.name, artifacts.length === 1 ? outputName : null),
          blob: artifact.blob,
          sizeBytes: artifact.sizeBytes,
          contentType: artifact.contentType,
          media: artifact.media,
          main: artifact.main,
          origin: { kind: 'job', jobId, task: n, output: artifact.name },
          expiresAt: new Date(Date.parse(now) + context.config.RETENTION_DAYS * dayMs).toISOString(),
        };
        failPoint('storage.before-publish-append');
        await handleCommand(
          context.store,
          assetDecider,
          assetStream(fileId),
          { type: 'StoreAsset', asset },
          {
            commitId: `store_${fileId}`,
            occurredAt: now,
            correlationId: jobId,
            causationId: `${jobId}.${n}`,
            traceparent: attempt.item.traceparent ?? undefined,
            assumeNew: attempt.number === 1,
          },
        );
        failPoint('storage.after-publish-append');
        const { name, blob, sizeBytes, contentType, media, main } = asset;
        return { fileId, name, blob, sizeBytes, contentType, media, main };
      }),
    );
    return { ingested: null, artifacts: [], outputs, plan: null, result: null, stats: null, warnings: [] };
  };
