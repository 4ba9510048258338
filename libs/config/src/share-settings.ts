import { z } from 'zod';
import { setting, text, type Setting } from './setting.ts';

/** Whose name stands on the pages of shared files. */
export const shareSettings = {
  SHARE_BRAND_NAME: setting('files', text.optional(), 'Name at the head of the pages of shared files.'),
  SHARE_BRAND_LOGO_URL: setting('files', z.url().optional(), 'Logo beside it; fetched by the browser.'),
  SHARE_BRAND_COLOR: setting(
    'files',
    z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, 'must look like #0b62c4')
      .optional(),
    'Colour of their buttons, such as #0b62c4.',
  ),
} as const satisfies Record<string, Setting>;
