/** Between what the median of a measure must lie. */
export interface Gate {
  readonly benchmark: string;
  readonly measure: string;
  readonly max?: number;
  readonly min?: number;
  /** A peer that may be absent; without it the gate is not judged. */
  readonly peer?: 'redis' | 'Emmett' | 'PySceneDetect';
}

/** What every run is judged by; the figures and their reasons stand in the performance goals. */
export const gates: readonly Gate[] = [
  { benchmark: 'B1', measure: 'accept p50 / (no-op POST + synchronous publish)', max: 2 },
  { benchmark: 'B1', measure: 'accept p50 / BullMQ', max: 1, peer: 'redis' },
  { benchmark: 'B2', measure: 'start p50 / limit', max: 4 },
  { benchmark: 'B2', measure: 'start p50 / BullMQ', max: 1, peer: 'redis' },
  { benchmark: 'B2', measure: 'start p99 / BullMQ', max: 2, peer: 'redis' },
  { benchmark: 'B3', measure: 'messages a second / work queue', min: 0.8 },
  { benchmark: 'B3', measure: 'jobs a second / BullMQ', min: 1, peer: 'redis' },
  { benchmark: 'B3', measure: 'commits per job', max: 7 },
  { benchmark: 'B3', measure: 'commits per job, from a URL', max: 10 },
  { benchmark: 'B4', measure: 'remux of 1 s: job / script', max: 1.35 },
  { benchmark: 'B4', measure: 'encode of 1 s: job / script', max: 1.1 },
  { benchmark: 'B4', measure: 'encode of 30 s: job / script', max: 1.02 },
  { benchmark: 'B4', measure: 'remux of 1 s: job - children, ms', max: 30 },
  { benchmark: 'B5', measure: 'append / publish, sync always', max: 1.25 },
  { benchmark: 'B5', measure: 'append / publish, sync every 2 min', max: 1.25 },
  { benchmark: 'B5', measure: 'append, sync always / Emmett', max: 0.67, peer: 'Emmett' },
  { benchmark: 'B5', measure: 'load per event: 10,000 / 1,000', max: 1.1 },
  { benchmark: 'B6', measure: 'rebuild / the slower of read and insert', min: 0.5 },
  { benchmark: 'B6', measure: 'rebuild per job: all / a tenth', max: 1.1 },
  { benchmark: 'B6', measure: 'page of 50 / raw query', max: 2 },
  { benchmark: 'B6', measure: 'deep page / first page', max: 1.1 },
  { benchmark: 'B6', measure: 'lag p99 / publish', max: 10 },
  { benchmark: 'B7', measure: 'one job, one listener: p50 / limit', max: 3 },
  { benchmark: 'B7', measure: 'one job, many listeners: p50 / limit', max: 3 },
  { benchmark: 'B7', measure: 'many jobs: p50 / limit', max: 3 },
  { benchmark: 'B8', measure: '4 rungs: job / one graph', max: 1.03 },
  { benchmark: 'B8', measure: '6 rungs: job / one graph', max: 1.03 },
  { benchmark: 'B8', measure: '4 rungs: a process each / job', min: 1.25 },
  { benchmark: 'B8', measure: '6 rungs: a process each / job', min: 1.25 },
  { benchmark: 'B10', measure: '10 of the middle clip: job / seeks', max: 1.15 },
  { benchmark: 'B10', measure: '10 of the middle clip: fps filter / job', min: 10 },
  { benchmark: 'B10', measure: '10 stills: long clip / short clip', max: 1.3 },
  { benchmark: 'B13', measure: 'calls a CPU second / POST loop', min: 0.6 },
  { benchmark: 'B13', measure: 'calls a second / BullMQ', min: 1, peer: 'redis' },
  { benchmark: 'B13', measure: 'calls a second: many repeats wait / none', min: 0.9 },
  { benchmark: 'B13', measure: 'job ended to call p50 / publish', max: 5 },
  { benchmark: 'B13', measure: 'healthy p99: one dead / all healthy', max: 1.1 },
  { benchmark: 'B14', measure: 'worker killed: resumed / ack wait', max: 1.5 },
  { benchmark: 'B14', measure: 'gateway killed: resumed / ack wait', max: 1.5 },
  { benchmark: 'B14', measure: 'NATS killed: resumed / ack wait', max: 1.5 },
  { benchmark: 'B14', measure: 'accepted jobs lost, worst', max: 0 },
  { benchmark: 'B14', measure: 'done twice, worst', max: 0 },
  { benchmark: 'B14', measure: 'start with a history to the first job accepted, s', max: 1 },
  { benchmark: 'B15', measure: 'loop p99 while 20 tools start, ms', max: 5 },
  { benchmark: 'KEYS', measure: 'known name / unknown name', min: 0.95, max: 1.05 },
  { benchmark: 'KEYS', measure: 'commits for 10,000 wrong keys, worst', max: 100 },
  { benchmark: 'ROUTES', measure: 'worst P95 of a route, ms', max: 200 },
  { benchmark: 'GROWTH', measure: 'most finished jobs / fewest, worst figure', max: 1.1 },
  { benchmark: 'GROWTH', measure: 'most waiting jobs / fewest, worst figure', max: 1.1 },
  { benchmark: 'GROWTH', measure: 'most workers / one: start p50', max: 1.1 },
];
