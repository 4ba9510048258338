import type { JobResource, WebhookData, WebhookEventName } from '@ffapi/contracts';

/** What a call about a job tells; kept as it is, so without URLs that are signed or hold a secret. */
export const jobData = (job: JobResource): WebhookData => ({
  job_id: job.job_id,
  type: job.type,
  status: job.status,
  output_file: job.output_file,
  duration_ms: job.duration_ms,
  created_at: job.created_at,
  completed_at: job.completed_at,
  outputs: job.outputs.map(fileFacts),
  result: job.result,
  warnings: job.warnings,
  error: job.error,
  metadata: job.metadata,
  status_url: job.status_url,
  retry_of: job.retry_of,
});

const fileFacts = ({
  file_id,
  name,
  url,
  size_bytes,
  sha256,
  content_type,
  media,
}: JobResource['outputs'][number]) => ({
  file_id,
  name,
  url,
  size_bytes,
  sha256,
  content_type,
  media,
});

export interface CallBody {
  readonly event: WebhookEventName;
  readonly timestamp: string;
  readonly data: WebhookData;
  /** The job's own webhook_url: its members are repeated where callers of the older interface look for them. */
  readonly isJobsOwn: boolean;
  /** A fresh signed URL: the one of an earlier attempt may have expired. */
  readonly downloadUrlOf: (fileId: string) => string;
}

/** The body of one attempt, before it is signed. */
export const callBody = ({ event, timestamp, data, isJobsOwn, downloadUrlOf }: CallBody): Record<string, unknown> => {
  const linked = event === 'file.deleted' ? data : withDownloadUrls(data, downloadUrlOf);
  if (!isJobsOwn) return { event, timestamp, data: linked };
  const { job_id, status, outputs, result, error } = linked;
  const ofJob = { job_id, status, ...(error ? { error } : { result: result ?? { outputs } }) };
  return { event, ...ofJob, timestamp, data: linked };
};

const withDownloadUrls = (data: WebhookData, downloadUrlOf: (fileId: string) => string): WebhookData => {
  const link = <T extends WebhookData>(file: T) =>
    typeof file.file_id === 'string' ? { ...file, download_url: downloadUrlOf(file.file_id) } : file;
  if (!Array.isArray(data.outputs)) return link(data);
  const outputs = (data.outputs as WebhookData[]).map(link);
  return { ...data, download_url: outputs[0]?.download_url ?? null, outputs };
};
