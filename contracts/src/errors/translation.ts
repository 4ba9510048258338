import type { ErrorRow } from './shape.ts';

/** What can go wrong when a text is handed to a translator. */
export const translationErrors = {
  translation_not_configured: {
    status: 422,
    title: 'This translator is not set up.',
    fault: 'request',
    retryable: false,
    hint: 'Choose another provider, or ask the operator to set its key; apertium needs a Debian package for the pair.',
  },
  translation_language_refused: {
    status: 422,
    title: 'The translator does not know this pair of languages.',
    fault: 'request',
    retryable: false,
    hint: 'Choose another provider or another language.',
  },
  translation_key_refused: {
    status: 502,
    title: 'The translator refused the platform’s key.',
    fault: 'system',
    retryable: false,
    hint: 'Check the key, and for Azure the region, in the settings.',
  },
  translation_quota_exceeded: {
    status: 503,
    title: 'The translator’s quota is used up.',
    fault: 'system',
    retryable: false,
    hint: 'Wait for the next period, raise the quota, or choose another provider.',
  },
  translation_failed: {
    status: 502,
    title: 'The translator did not answer as it should.',
    fault: 'system',
    retryable: true,
    hint: 'Try again later, or choose another provider.',
  },
} as const satisfies Record<string, ErrorRow>;
