import { z } from 'zod';
import { givenTogether, type ConfigProblem } from './config-problem.ts';
import { flag, oneOf, setting, text, type Setting } from './setting.ts';

/** Where the bytes of files are kept by the process that keeps them. */
export const storageSettings = {
  STORAGE_BACKEND: setting(
    'stores',
    oneOf(['local', 's3']),
    'Where the bytes of files are: local, a folder in the data folder; s3, a bucket of Amazon S3 or of a server that speaks its protocol. Counts where BLOB_URL is absent; decided before the first start.',
    { preset: 'local' },
  ),
  S3_BUCKET: setting('stores', text.optional(), 'The bucket; it must be there.'),
  S3_REGION: setting('stores', text, 'Its region.', { preset: 'us-east-1' }),
  S3_ACCESS_KEY: setting(
    'stores',
    text.optional(),
    'Access key, with S3_SECRET_KEY; absent: from where AWS tools find it, such as the role of the machine or pod.',
    { secret: true },
  ),
  S3_SECRET_KEY: setting('stores', text.optional(), 'Its secret.', { secret: true }),
  S3_ENDPOINT: setting('stores', z.url().optional(), "Address of another server than Amazon's."),
  S3_FORCE_PATH_STYLE: setting(
    'stores',
    flag.optional(),
    'Name the bucket in the path and not in the host; absent: where S3_ENDPOINT is given.',
  ),
  S3_PREFIX: setting('stores', text.optional(), 'Before the name of every object, such as ffapi/.'),
  S3_STORAGE_CLASS: setting(
    'stores',
    text.optional(),
    'Storage class of files, such as STANDARD_IA; one that can be read at once.',
  ),
} as const satisfies Record<string, Setting>;

/** What is missing for a bucket, in a process that speaks to it. */
export const storageProblems = (config: Readonly<Record<string, unknown>>): ConfigProblem[] => {
  if (config.STORAGE_BACKEND !== 's3' || config.BLOB_URL !== undefined) return [];
  const noBucket = { name: 'S3_BUCKET', value: '', problem: 'STORAGE_BACKEND=s3 needs it' };
  return [
    ...(config.S3_BUCKET === undefined ? [noBucket] : []),
    ...givenTogether(config, 'S3_ACCESS_KEY', 'S3_SECRET_KEY'),
  ];
};
