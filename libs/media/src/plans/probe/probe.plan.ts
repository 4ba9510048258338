import type { ProbeParams } from '@ffapi/contracts';
import { probeArgv } from '../../argv/probe.ts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';

/** The sections that a request asks for, as ffprobe's flags. */
export const probeFlags = (params: ProbeParams): string[] => [
  ...(params.show_format ? ['-show_format'] : []),
  ...(params.show_streams ? ['-show_streams'] : []),
  ...(params.show_chapters ? ['-show_chapters'] : []),
  ...(params.show_programs ? ['-show_programs'] : []),
  ...(params.show_packets ? ['-show_packets'] : []),
  ...(params.count_frames ? ['-count_frames'] : []),
  ...(params.count_packets ? ['-count_packets'] : []),
  ...(params.probe_size === undefined ? [] : ['-probesize', String(params.probe_size)]),
  ...(params.analyze_duration === undefined ? [] : ['-analyzeduration', String(params.analyze_duration)]),
  ...(params.select_streams === undefined ? [] : ['-select_streams', params.select_streams]),
];

/** One ffprobe call whose JSON is the job's result. */
export const planProbe: PlanFn<ProbeParams> = ({ params, facts }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  return {
    kind: 'run',
    device: 'cpu',
    steps: [
      {
        id: 'probe',
        tool: 'ffprobe',
        argv: probeArgv(source.demuxer, probeFlags(params)),
        reads: ['source'],
        writes: [],
        weight: 1,
        expectedDurationMs: 0,
        capture: { name: 'probe', from: 'stdout' },
      },
    ],
    outputs: [],
    result: { captured: 'probe' },
    warnings: [],
    estimate: { durationMs: 100 },
  };
};
