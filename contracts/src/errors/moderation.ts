import { row, type ErrorRow } from './shape.ts';

/** What moderation refuses, and how it can fail. */
export const moderationErrors = {
  content_blocked: row(
    451,
    'input',
    false,
    'The content is not allowed here.',
    'Use other material, or ask who runs the platform.',
  ),
  moderation_unavailable: row(
    503,
    'system',
    true,
    'The moderation service did not answer as it should.',
    'See its own status page; the job is held until it has been reviewed.',
  ),
  moderation_key_refused: row(
    502,
    'system',
    false,
    'The moderation service refused the platform’s credentials.',
    'Check the credentials and the region in the settings; the job is held until it has been reviewed.',
  ),
  review_not_found: row(404, 'request', false, 'There is no such review.', 'Check the id.'),
  review_already_decided: row(
    409,
    'request',
    false,
    'The review was decided otherwise before.',
    'See decision and decided_by.',
  ),
  review_withdrawn: row(409, 'request', false, 'The job of this review has ended.', 'Nothing is left to decide.'),
} as const satisfies Record<string, ErrorRow>;
