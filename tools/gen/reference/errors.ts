import { errors, type ErrorRow } from '@ffapi/contracts';
import { code, generated, table } from './markdown.ts';

const whose: Readonly<Record<ErrorRow['fault'], string>> = {
  input: 'the file',
  request: 'the request',
  system: 'the platform',
};

/** The page of every error code. */
export const errorsPage = (): string => {
  const entries = Object.entries(errors as Record<string, ErrorRow>).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const overview = entries.map(([name, { status, fault, retryable }]) => [
    `[${name}](#${name})`,
    String(status),
    whose[fault],
    retryable ? 'yes' : 'no',
  ]);
  const sections = entries.map(([name, { title, hint, status, fault, retryable }]) =>
    [
      `### ${name}`,
      '',
      title,
      '',
      `- What to do: ${hint}`,
      `- Whose move it is: ${whose[fault]}`,
      `- Trying the same again: ${retryable ? 'can help' : 'does not help by itself'}`,
      `- HTTP status as the answer to a request: ${status}`,
      '',
    ].join('\n'),
  );
  return [
    generated,
    '',
    '# Errors',
    '',
    'Every refusal is a problem document (RFC 9457, `application/problem+json`) with one of these values as `code`; a failed job carries it in `error.code`.',
    `A running platform explains each under ${code('/documentation/errors/<code>')}. A code is never reused for another meaning.`,
    '',
    table(['Code', 'HTTP status', 'Whose move', 'Retry can help'], overview),
    '',
    '## Each code',
    '',
    ...sections,
  ].join('\n');
};
