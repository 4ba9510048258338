import type { InputSource, JobAcceptedData } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';

type Secrets = ServiceContext['secrets'];

/** The references to all secrets of a job. */
export const secretsOf = ({ inputs, webhook, fetchHeadersSecret }: JobAcceptedData): string[] =>
  [
    fetchHeadersSecret,
    webhook?.urlSecret ?? null,
    webhook?.headersSecret ?? null,
    ...Object.values(inputs).map((source) => (source.kind === 'url' ? source.secret : null)),
  ].filter((ref) => ref !== null);

/** The job with copies of its secrets: the originals go when the job that they were given to expires. */
export const withOwnSecrets = async (secrets: Secrets, job: JobAcceptedData): Promise<JobAcceptedData> => {
  const copy = async (ref: string | null, purpose: string): Promise<string | null> =>
    ref === null ? null : secrets.seal(await secrets.open(ref), { purpose });
  const inputs: Record<string, InputSource> = {};
  for (const [name, source] of Object.entries(job.inputs))
    inputs[name] = source.kind === 'url' ? { ...source, secret: await copy(source.secret, 'url') } : source;
  const { webhook } = job;
  return {
    ...job,
    inputs,
    fetchHeadersSecret: await copy(job.fetchHeadersSecret, 'fetch-headers'),
    webhook: webhook && {
      ...webhook,
      urlSecret: await copy(webhook.urlSecret, 'url'),
      headersSecret: await copy(webhook.headersSecret, 'webhook-headers'),
    },
  };
};
