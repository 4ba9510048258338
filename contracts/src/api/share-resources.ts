import { z } from 'zod';
import { mediaResource } from './resources.ts';

const time = z.iso.datetime();

const downloadsMax = 10_000;
const expiresInMax = 10 * 365 * 24 * 3600;

export const shareBody = z.strictObject({
  expires_in: z
    .int()
    .min(1)
    .max(expiresInMax)
    .optional()
    .describe('Seconds; without it, or longer, as long as the file.'),
  max_downloads: z
    .int()
    .min(1)
    .max(downloadsMax)
    .optional()
    .describe('How often it can be fetched; absent: any number.'),
  password: z.string().min(1).max(256).optional().describe('Asked for before anything is shown.'),
  title: z.string().trim().min(1).max(200).optional().describe('Headline of the page; absent: the name of the file.'),
});

/** A share as its owner sees it. */
export const shareResource = z
  .strictObject({
    share_id: z.string().describe('share_…'),
    url: z.string().describe('For whoever is to have the file: a page, and facts for programs.'),
    file_id: z.string().describe('What is shared.'),
    title: z.string().nullable(),
    status: z.enum(['active', 'expired', 'used_up']),
    has_password: z.boolean().describe('Whether one is asked for.'),
    expires_at: time.nullable().describe('null: it ends with the file.'),
    max_downloads: z.int().nullable().describe('null: any number.'),
    downloads: z.int().describe('So far.'),
    created_at: time,
  })
  .meta({ id: 'Share', description: 'A file that whoever has the link can fetch.' });
export type ShareResource = z.infer<typeof shareResource>;

/** What whoever has the link is told. */
export const sharedFile = z
  .strictObject({
    share_id: z.string().describe('share_…'),
    title: z.string().nullable(),
    needs_password: z.boolean().describe('true: nothing more is told before POST with the password.'),
    name: z.string().nullable(),
    size_bytes: z.int().nullable(),
    content_type: z.string().nullable(),
    media: mediaResource.nullable().describe('null: it is no media.'),
    file_url: z.string().nullable().describe('Its bytes; each fetch counts as a download.'),
    thumbnail_url: z.string().nullable(),
    expires_at: time.nullable(),
    downloads_left: z.int().nullable().describe('null: any number.'),
  })
  .meta({ id: 'SharedFile', description: 'What a share leads to, for whoever has the link.' });
export type SharedFile = z.infer<typeof sharedFile>;
