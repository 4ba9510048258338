const gauge = <const L extends readonly string[]>(name: string, help: string, ...labels: L) =>
  ({ name, kind: 'gauge', labels, help: `As FFAPI 1 names it: ${help}` }) as const;

/** The names of FFAPI 1, told of what their successors hold. */
export const legacyRows = {
  legacyRequests: gauge('ffapi_requests_total', 'requests by path and result.', 'path', 'result'),
  legacyErrors: gauge('ffapi_request_errors_total', 'requests that were refused or failed.'),
  legacyAverageMs: gauge('ffapi_request_duration_average_ms', 'mean time to answer.'),
  legacySuccess: gauge('ffapi_request_success_rate_ratio', 'share of requests that succeeded.'),
  legacyRecentSuccess: gauge('ffapi_recent_success_rate_ratio', 'the same since it was last asked for.'),
  legacyRecentTotal: gauge('ffapi_recent_window_total', 'requests since it was last asked for.'),
  legacyQueue: gauge('ffapi_queue_current_requests', 'tasks that wait for their turn.'),
  legacyQueueMax: gauge('ffapi_queue_max_depth', 'the most of them that were seen.'),
  legacyQueueWaitMs: gauge('ffapi_queue_avg_wait_ms', 'mean time from accepted to started.'),
} as const;
