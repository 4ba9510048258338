import { createHash } from 'node:crypto';
import {
  assetStream,
  derivedId,
  failureOf,
  type Artifact,
  type AssetStoredData,
  type JobOutput,
} from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { failPoint } from '@ffapi/fail-points';
import { commander, type ServiceContext, type SettingsNow } from '@ffapi/service-kit';
import { TaskFailure, type Attempt, type TaskRunner } from '@ffapi/worker';
import { assetDecider } from '../assets/index.ts';
import { outputFileName } from './output-name.ts';
import type { StorageQuota } from '../quota/index.ts';

const hourMs = 3600 * 1000;

const fileIdOf = (attempt: Attempt, artifact: Artifact): `file_${string}` =>
  derivedId(
    'file',
    createHash('sha256')
      .update(JSON.stringify([attempt.item.jobId, artifact.name]))
      .digest(),
  );

/** Room for all that a job made, or for none of it. What an earlier attempt has stored is counted already. */
const reserveAll = async ({ store }: ServiceContext, quota: StorageQuota, attempt: Attempt): Promise<void> => {
  const { artifacts, apiKeyId } = attempt.item;
  const reserved: string[] = [];
  try {
    for (const artifact of artifacts) {
      const fileId = fileIdOf(attempt, artifact);
      if (attempt.number > 1 && (await store.load(assetStream(fileId))).head) continue;
      await quota.reserve({ keyId: apiKeyId, fileId, bytes: artifact.sizeBytes });
      reserved.push(fileId);
    }
  } catch (error) {
    for (const fileId of reserved) await quota.release(apiKeyId, fileId);
    throw error instanceof Refusal ? new TaskFailure(failureOf('quota_storage')) : error;
  }
};

/**
 * Registers what a job made as files. Their ids follow from job and output, so doing it twice stores it once; only
 * after this is the job completed, so no link of a completed job leads nowhere.
 */
export const runPublish =
  (context: ServiceContext, quota: StorageQuota, settings: SettingsNow): TaskRunner =>
  async (attempt) => {
    const { artifacts, jobId, n, apiKeyId, outputName } = attempt.item;
    await reserveAll(context, quota, attempt);
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
          expiresAt: new Date(Date.parse(now) + settings().retention_hours * hourMs).toISOString(),
        };
        failPoint('storage.before-publish-append');
        const { state, commit } = await commander(context, assetDecider, assetStream)(
          fileId,
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
        if (commit) await quota.confirm(apiKeyId, fileId, commit.position);
        // An earlier attempt may have stored it, at another time.
        const { name, blob, sizeBytes, contentType, media, main, expiresAt } = state.stored ?? asset;
        return {
          fileId,
          name,
          blob,
          sizeBytes,
          contentType,
          media,
          main,
          storedAt: commit?.occurredAt ?? now,
          expiresAt,
        };
      }),
    );
    return { ingested: null, artifacts: [], outputs, plan: null, result: null, stats: null, warnings: [] };
  };
