import { z } from 'zod';
import { role, scopeNames } from '../access/scopes.ts';
import { quotaResource } from './key-resources.ts';
import { userResource } from './session-resources.ts';

const time = z.iso.datetime();
const count = z.int().min(0);

/** Who asks, and how much of the platform is theirs. */
export const meResource = z
  .strictObject({
    id: z.string().describe('The tenant: jobs and files belong to it.'),
    key: z
      .strictObject({
        id: z.string(),
        name: z.string(),
        prefix: z.string().nullable().describe('How its text begins; null: the first admin key.'),
        expires_at: time.nullable(),
        allowed_ips: z.array(z.string()),
        created_at: time.nullable(),
      })
      .nullable()
      .describe('null: a person who is logged in.'),
    user: userResource.nullable().describe('null: this was asked with a key.'),
    role,
    scopes: z.array(z.enum(scopeNames)).describe('What may be done, all in all.'),
    quota: quotaResource,
    use: z
      .strictObject({
        jobs_this_hour: count.describe('Submits in the hour that runs, by the clock in UTC.'),
        jobs_today: count.describe('Submits today, in UTC.'),
        jobs_running: count.describe('At most 200 are counted.'),
        jobs_queued: count.describe('At most 200 are counted.'),
        storage_mb: z.number().describe('MiB of stored files.'),
      })
      .describe('Of the quota, now.'),
    limits: z.strictObject({
      requests_per_minute: count.nullable().describe('null: no limit.'),
      polls_per_minute: count.nullable().describe('Looks at single jobs and files, counted apart; null: no limit.'),
      max_file_size_mb: count,
      max_body_kb: count.describe('KiB of a JSON body.'),
      max_wait_seconds: count.describe('The longest Prefer: wait.'),
      retention_hours: z.number().describe('How long a file that is stored now is kept.'),
    }),
  })
  .meta({ id: 'Me', description: 'Who asks, what they may, how much they may use and have used.' });
export type MeResource = z.infer<typeof meResource>;

export const capabilitiesResource = z
  .strictObject({
    version: z.string(),
    operations: z.array(
      z.strictObject({
        id: z.string(),
        path: z.string(),
        available: z.boolean().describe('Whether a worker for it is there now; jobs wait for one.'),
      }),
    ),
    gpu: z.strictObject({ status: z.enum(['up', 'absent']), encoders: z.array(z.string()) }),
    ffmpeg_version: z.string().nullable(),
    features: z.strictObject({
      content_moderation: z.boolean(),
      virus_scanning: z.boolean(),
      archives: z.boolean().describe('Whether archives are stored as they are.'),
      browser_origins: z.array(z.string()).describe('Whose pages may call the API; signed links work in any.'),
    }),
  })
  .meta({ id: 'Capabilities', description: 'What this installation can do now.' });
export type CapabilitiesResource = z.infer<typeof capabilitiesResource>;
