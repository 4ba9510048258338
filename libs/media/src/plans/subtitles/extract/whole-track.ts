import { inputGuard } from '../../../argv/guard.ts';
import type { Step } from '../../plan.ts';

/** Counts the packets of one stream, for comparison with what its header announces. */
export const countStep = (demuxer: string, index: number): Step => ({
  id: 'count',
  tool: 'ffprobe',
  argv: [
    '-hide_banner',
    '-loglevel',
    'level+error',
    '-print_format',
    'csv=print_section=0',
    '-select_streams',
    String(index),
    '-count_packets',
    '-show_entries',
    'stream=nb_frames,nb_read_packets:stream_tags=DURATION',
    ...inputGuard(demuxer),
    { in: 'source' },
  ],
  reads: ['source'],
  writes: [],
  weight: 0.5,
  expectedDurationMs: 0,
  capture: { name: 'packets', from: 'stdout' },
});

/** What a track announced and what it held. */
export interface TrackCount {
  /** The header counts more packets than there are. */
  readonly isCutOff: boolean;
  /** Where the last packet should end; only Matroska says so, and editors leave old values behind. */
  readonly endMs: number | null;
}

/** The empty sample of no length that ends a track of FFmpeg's MP4 is counted, and never read. */
const unreadMax = 1;

/** Reads `frames,packets,duration`; what a container does not say is N/A or absent. */
export const readTrackCount = (csv: string): TrackCount => {
  const [frames = '', packets = '', duration = ''] = csv.trim().split(',');
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(duration) ?? [];
  return {
    isCutOff: Number(frames) - Number(packets) > unreadMax,
    endMs:
      hours === undefined ? null : Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000),
  };
};
