import type { ErrorRow } from './shape.ts';

/** What can go wrong when the platform fetches a URL of a user or posts to one. */
export const egressErrors = {
  url_refused: {
    status: 422,
    title: 'The URL is not allowed.',
    fault: 'request',
    retryable: false,
    hint: 'Use a public http or https URL without user name and password; private, local and reserved addresses are refused.',
  },
  url_scheme_refused: {
    status: 422,
    title: 'The URL scheme is not allowed.',
    fault: 'request',
    retryable: false,
    hint: 'Use http or https.',
  },
  url_port_refused: {
    status: 422,
    title: 'The URL port is not allowed.',
    fault: 'request',
    retryable: false,
    hint: 'Serve the file on port 80, 443, 8080 or 8443.',
  },
  header_refused: {
    status: 422,
    title: 'A request header is not allowed.',
    fault: 'request',
    retryable: false,
    hint: 'Only accept, accept-language, authorization, ngrok-skip-browser-warning and user-agent can be set.',
  },
  redirect_refused: {
    status: 422,
    title: 'The URL redirects to where it may not.',
    fault: 'input',
    retryable: false,
    hint: 'Give the final URL; at most three redirects to public addresses are followed.',
  },
  input_unreachable: {
    status: 422,
    title: 'The input cannot be reached.',
    fault: 'input',
    retryable: true,
    hint: 'Check that the host name resolves and that the server accepts connections from the internet.',
  },
  input_http_error: {
    status: 422,
    title: 'The server of the input answered with an error.',
    fault: 'input',
    retryable: false,
    hint: 'Open the URL without being logged in; a signed URL may have expired.',
  },
  input_timeout: {
    status: 422,
    title: 'The server of the input is too slow.',
    fault: 'input',
    retryable: true,
    hint: 'The server must connect within 5 s, never pause longer than 15 s and send at least 8 KiB a second.',
  },
  input_truncated: {
    status: 422,
    title: 'The input ended before its announced size.',
    fault: 'input',
    retryable: true,
    hint: 'The server closed the connection early; check that the file is whole.',
  },
  input_changed: {
    status: 422,
    title: 'The input changed while it was fetched.',
    fault: 'input',
    retryable: true,
    hint: 'Do not overwrite the file while it is being fetched.',
  },
  input_empty: {
    status: 422,
    title: 'The input is empty.',
    fault: 'input',
    retryable: false,
    hint: 'The server answered without a body.',
  },
  input_too_large: {
    status: 413,
    title: 'The input is too large.',
    fault: 'input',
    retryable: false,
    hint: 'Give a smaller file, or raise MAX_FILE_SIZE_MB.',
  },
  endpoint_unreachable: {
    status: 422,
    title: 'The endpoint cannot be reached.',
    fault: 'request',
    retryable: true,
    hint: 'Check that the host name resolves and that the server accepts connections from the internet.',
  },
  endpoint_timeout: {
    status: 422,
    title: 'The endpoint did not answer in time.',
    fault: 'request',
    retryable: true,
    hint: 'Answer within 15 seconds and do the work afterwards.',
  },
} as const satisfies Record<string, ErrorRow>;

export type EgressErrorCode = keyof typeof egressErrors;
