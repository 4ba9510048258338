import { z } from 'zod';

/** Where the pictures are that a result names; a job is shown with them, they are not written down. */
export const pictureAddresses = {
  thumbnail_urls: z.array(z.string()).optional().describe('Paths of the images; they need the key of their owner.'),
  thumbnail_downloads: z
    .array(
      z.object({
        name: z.string().describe('Of the file.'),
        download_url: z.string().describe('Where its bytes are.'),
        expires_at: z.string().describe('When the address ends.'),
      }),
    )
    .optional()
    .describe('Signed addresses of the images: they need no key and expire.'),
};
