import { named, quantile, rate, sum } from './promql.ts';

interface Series {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  /** As Grafana names it. */
  readonly unit: string;
  readonly series: readonly Series[];
  readonly kind?: 'timeseries' | 'stat';
}

const quantiles = (metric: 'jobDuration' | 'queueWait' | 'httpDuration'): readonly Series[] =>
  [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, metric, '5m'), legend: `P${q * 100}` }));
const newest = (metric: Parameters<typeof named>[0], label: string): string => `max by (${label}) (${named(metric)})`;

const rows: Readonly<Record<string, readonly Panel[]>> = {
  Jobs: [
    {
      title: 'Jobs a minute',
      unit: 'short',
      series: [
        { expr: `60 * ${rate('jobsStarted', '5m')}`, legend: 'accepted' },
        { expr: `60 * ${rate('jobsCompleted', '5m')}`, legend: 'completed' },
        { expr: `60 * ${rate('jobsFailed', '5m')}`, legend: 'failed' },
      ],
    },
    {
      title: 'Failures by code',
      unit: 'short',
      series: [{ expr: `60 * ${rate('jobsFailed', '5m', 'code')}`, legend: '{{code}}' }],
    },
    { title: 'From accepted to completed', unit: 's', series: quantiles('jobDuration') },
    { title: 'Wait for the first task', unit: 's', series: quantiles('queueWait') },
    { title: 'Tasks that wait', unit: 'short', series: [{ expr: sum('queueDepth', 'pool'), legend: '{{pool}}' }] },
    { title: 'Workers', unit: 'short', series: [{ expr: sum('activeWorkers', 'pool'), legend: '{{pool}}' }] },
  ],
  FFmpeg: [
    {
      title: 'Frames a second, and those of real time',
      unit: 'short',
      series: [
        { expr: newest('ffmpegFps', 'type'), legend: '{{type}}' },
        { expr: newest('ffmpegTargetFps', 'type'), legend: '{{type}} in real time' },
      ],
    },
    {
      title: 'Speed, in multiples of real time',
      unit: 'short',
      series: [{ expr: newest('ffmpegSpeed', 'type'), legend: '{{type}}' }],
    },
    {
      title: 'Processors at work',
      unit: 'percentunit',
      series: [{ expr: newest('cpuUtilization', 'instance'), legend: '{{instance}}' }],
    },
  ],
  Storage: [
    { title: 'Disks', unit: 'Bps', series: [{ expr: rate('diskIo', '5m', 'direction'), legend: '{{direction}}' }] },
    {
      title: 'Speed of files, median',
      unit: 'Bps',
      series: [{ expr: quantile(0.5, 'transferRate', '5m', 'direction'), legend: '{{direction}}' }],
    },
    { title: 'Free', unit: 'bytes', kind: 'stat', series: [{ expr: `min(${named('storageFree')})`, legend: 'free' }] },
    {
      title: 'Quota in use, the ten fullest keys',
      unit: 'percentunit',
      series: [{ expr: `topk(10, ${newest('storageQuotaUsed', 'api_key_id')})`, legend: '{{api_key_id}}' }],
    },
    {
      title: 'Bytes nobody names, and bytes that are missing',
      unit: 'short',
      series: [
        { expr: rate('blobsRemoved', '1h'), legend: 'removed a second' },
        { expr: `max(${named('blobsMissing')})`, legend: 'missing' },
      ],
    },
  ],
  API: [
    {
      title: 'Requests a second',
      unit: 'reqps',
      series: [{ expr: rate('httpRequests', '5m', 'route'), legend: '{{route}}' }],
    },
    { title: 'Time to answer', unit: 's', series: quantiles('httpDuration') },
    {
      title: 'Errors by code',
      unit: 'reqps',
      series: [{ expr: rate('httpErrors', '5m', 'code'), legend: '{{code}}' }],
    },
  ],
};

const [width, height, perLine] = [8, 8, 3];

/** A board for Grafana 10 and newer; the data source is asked for. */
export const dashboard = (): unknown => {
  const panels: unknown[] = [];
  let y = 0;
  for (const [row, of] of Object.entries(rows)) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    });
    y += 1;
    for (const [i, { title, unit, series, kind = 'timeseries' }] of of.entries())
      panels.push({
        id: panels.length + 1,
        type: kind,
        title,
        datasource: { type: 'prometheus', uid: '${source}' },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        gridPos: { x: (i % perLine) * width, y: y + Math.floor(i / perLine) * height, w: width, h: height },
        targets: series.map(({ expr, legend }, n) => ({
          refId: String.fromCodePoint(65 + n),
          expr,
          legendFormat: legend,
        })),
      });
    y += Math.ceil(of.length / perLine) * height;
  }
  return {
    uid: 'ffapi',
    title: 'FFAPI',
    tags: ['ffapi'],
    schemaVersion: 39,
    editable: true,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels,
  };
};
