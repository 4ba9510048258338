import { z } from 'zod';

/** A field that names media: an http(s) URL, or a stored file's id. */
export const mediaField = z
  .string()
  .max(4096)
  .refine(
    (value) => /^file_[0-9a-z]{4,64}$/.test(value) || /^https?:\/\//i.test(value),
    'must be an http(s) URL or the id of a stored file (file_…)',
  );
