import { inputGuard } from '../../../argv/guard.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { pictureOf } from '../../../facts/media-facts.ts';
import { parseProbe } from '../../../facts/parse-probe.ts';
import { durationToleranceMs } from '../../../facts/verify.ts';
import { refusePlan } from '../../plan.ts';
import type { Step } from '../../plan.ts';
import type { TrackFile } from './track-files.ts';

/** Lists the subtitle packets of the finished file: the cues that are really there. */
export const countStep = (demuxer: string, name: string): Step => ({
  id: 'count',
  tool: 'ffprobe',
  argv: [
    '-hide_banner',
    '-loglevel',
    'level+error',
    '-select_streams',
    's',
    '-show_entries',
    'packet=stream_index,size:stream=index',
    '-print_format',
    'csv',
    ...inputGuard(demuxer),
    { out: name },
  ],
  reads: [name],
  writes: [],
  weight: 0.1,
  expectedDurationMs: 0,
  capture: { name: 'packets', from: 'stdout' },
});

/** An empty sample of MP4 stands for the time between two cues. */
const emptyBytes = 2;

/** Cues of every subtitle stream, in the order of the streams. */
export const countCues = (csv: string): number[] => {
  const counts = new Map<string, number>();
  for (const line of csv.split('\n')) {
    const [kind, index = '', size] = line.trim().split(',');
    if (kind === 'stream') counts.set(index, counts.get(index) ?? 0);
    if (kind === 'packet' && Number(size) > emptyBytes) counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, cues]) => cues);
};

/** Refuses a file in which a track does not hold its cues. */
export const checkCounts = (tracks: readonly TrackFile[], csv: string): void => {
  const found = countCues(csv).slice(-tracks.length);
  const bad = tracks.findIndex(({ cues }, n) => found[n] !== cues);
  if (bad !== -1)
    refusePlan('output_invalid', `track ${bad} holds ${found[bad] ?? 0} cues instead of ${tracks[bad]?.cues ?? 0}`);
};

/** Reads the streams of the finished file. */
export const streamsStep = (demuxer: string, name: string): Step => ({
  ...countStep(demuxer, name),
  id: 'streams',
  argv: [
    '-hide_banner',
    '-loglevel',
    'level+error',
    '-print_format',
    'json',
    '-show_format',
    '-show_streams',
    ...inputGuard(demuxer),
    { out: name },
  ],
  capture: { name: 'streams', from: 'stdout' },
});

/** Refuses a picture that ends before its source: the tracks beside it would hide that. */
export const checkPicture = (source: MediaFacts, json: string): void => {
  const [before, after] = [pictureOf(source)?.durationMs, pictureOf(parseProbe(JSON.parse(json), ''))?.durationMs];
  if (typeof before !== 'number' || typeof after !== 'number') return;
  if (before - after > durationToleranceMs(before))
    refusePlan('media_truncated', `the picture lasts ${after} ms instead of ${before} ms`);
};
