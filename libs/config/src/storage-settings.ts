import { z } from 'zod';
import { givenTogether, oneGiven, type ConfigProblem } from './config-problem.ts';
import { missingNeeds, namesOf, settingsOf, titlesOf, type ProviderSettings } from './provider-settings.ts';
import { flag, integer, oneOf, setting, text, type Setting } from './setting.ts';

interface StorageBackend extends ProviderSettings {
  /** Settings that mean nothing without each other. */
  readonly together?: readonly [string, string];
  /** Settings of which it needs one. */
  readonly either?: readonly [string, string];
}

/** Where bytes can be kept; a back end is opened by the package of that name, `libs/blob-<name>`. */
const backends = {
  local: { title: 'local, a folder in the data folder', needs: [], settings: {} },
  s3: {
    title: 's3, a bucket of Amazon S3 or of a server that speaks its protocol',
    needs: ['S3_BUCKET'],
    together: ['S3_ACCESS_KEY', 'S3_SECRET_KEY'],
    settings: {
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
      S3_PUBLIC_ENDPOINT: setting(
        'stores',
        z.url().optional(),
        'Where clients reach that server, for direct downloads; absent: at S3_ENDPOINT, and not at all where its name is known to one network only, such as http://minio:9000.',
      ),
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
    },
  },
  azure: {
    title: 'azure, a container of Azure Blob Storage',
    needs: ['AZURE_CONTAINER'],
    either: ['AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCOUNT'],
    together: ['AZURE_STORAGE_ACCOUNT', 'AZURE_STORAGE_KEY'],
    settings: {
      AZURE_CONTAINER: setting('stores', text.optional(), 'The container; it must be there.'),
      AZURE_STORAGE_CONNECTION_STRING: setting(
        'stores',
        text.optional(),
        'What the portal gives for the account, with a key or a shared access signature; counts before AZURE_STORAGE_ACCOUNT.',
        { secret: true },
      ),
      AZURE_STORAGE_ACCOUNT: setting('stores', text.optional(), 'The storage account, with AZURE_STORAGE_KEY.'),
      AZURE_STORAGE_KEY: setting('stores', text.optional(), 'One of its keys.', { secret: true }),
      AZURE_ENDPOINT: setting(
        'stores',
        z.url().optional(),
        "Address of the account's blobs where it is another than Azure's, such as a domain of your own or an emulator.",
      ),
      AZURE_PUBLIC_ENDPOINT: setting(
        'stores',
        z.url().optional(),
        "Where clients reach the account's blobs, for direct downloads; absent: at the same address, and not at all where its name is known to one network only, such as http://azurite:10000/devstoreaccount1.",
      ),
      AZURE_PREFIX: setting('stores', text.optional(), 'Before the name of every blob, such as ffapi/.'),
    },
  },
  gcs: {
    title: 'gcs, a bucket of Google Cloud Storage',
    needs: ['GCS_BUCKET'],
    settings: {
      GCS_BUCKET: setting('stores', text.optional(), 'The bucket; it must be there.'),
      GOOGLE_APPLICATION_CREDENTIALS: setting(
        'stores',
        text.optional(),
        'File with the credentials, such as the key of a service account, which links are signed with, too; absent: the role of the machine or pod.',
      ),
      GCS_ENDPOINT: setting(
        'stores',
        z.url().optional(),
        "Address of another server than Google's public one; over http:// nobody signs in, as emulators want it.",
      ),
      GCS_PUBLIC_ENDPOINT: setting(
        'stores',
        z.url().optional(),
        'Where clients reach that server, for direct downloads; absent: at GCS_ENDPOINT, and not at all where its name is known to one network only, such as http://fake-gcs:4443.',
      ),
      GCS_PREFIX: setting('stores', text.optional(), 'Before the name of every object, such as ffapi/.'),
    },
  },
} as const satisfies Record<string, StorageBackend>;

export type StorageBackendName = keyof typeof backends;

/** Where the bytes of files are kept by the process that keeps them. */
export const storageSettings = {
  STORAGE_BACKEND: setting(
    'stores',
    oneOf(namesOf(backends)),
    `Where the bytes of files are: ${titlesOf(backends)}. Counts where BLOB_URL is absent; decided before the first start.`,
    { preset: 'local' },
  ),
  ...settingsOf(backends),
  DIRECT_DOWNLOADS: setting(
    'stores',
    flag,
    'Downloads of 1 MiB and more are answered with a link to the store itself (302), where it gives any; false: every byte passes the gateway.',
    { preset: 'true' },
  ),
  S3_PRESIGNED_URL_EXPIRY: setting(
    'stores',
    integer(1, 604_800),
    'Seconds that such a link lives, with every back end; less where the file expires earlier.',
    { preset: '3600' },
  ),
  CDN_BASE_URL: setting(
    'stores',
    z.url().optional(),
    'A CDN whose origin is this gateway: download links begin with it, and are answered with bytes that it may keep.',
  ),
} as const satisfies Record<string, Setting>;

/** What a back end lacks, in a process that speaks to it. */
export const storageProblems = (config: Readonly<Record<string, unknown>>): ConfigProblem[] => {
  if (config.BLOB_URL !== undefined) return [];
  const { together, either }: Partial<StorageBackend> = backends[config.STORAGE_BACKEND as StorageBackendName] ?? {};
  return [
    ...missingNeeds(backends, 'STORAGE_BACKEND', config),
    ...(either ? oneGiven(config, ...either) : []),
    ...(together ? givenTogether(config, ...together) : []),
  ];
};
