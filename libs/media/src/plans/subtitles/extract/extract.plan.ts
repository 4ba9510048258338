import type { SubtitlesExtractParams } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../../argv/guard.ts';
import { cuesMax } from '../../../cues/cue.ts';
import type { CueSheet } from '../../../cues/cue.ts';
import { keptIn, parseCues } from '../../../cues/cue-sheet.ts';
import type { MediaFacts } from '../../../facts/media-facts.ts';
import { refusePlan } from '../../plan.ts';
import type { Plan, PlanFn } from '../../plan.ts';
import { subtitleFile } from '../subtitle-file.ts';
import { chooseTrack } from './choose-track.ts';
import type { Track } from './choose-track.ts';
import { lettersMax, trackWriter, writtenBytesMax } from '../../../cues/track-text.ts';
import { countStep, readTrackCount } from './whole-track.ts';
import type { TrackCount } from './whole-track.ts';

const scratchName = 'track.txt';
/** Takes a track out as text, captured as `track`. */
export const readTrack = (source: MediaFacts, { stream }: Track): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'extract',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        // Half of the cues is no track.
        '-xerror',
        ...guardedInput('source', source.demuxer),
        '-map',
        `0:${stream.index}`,
        ...trackWriter(stream.codec),
        '-fs',
        String(writtenBytesMax),
        { scratch: scratchName },
      ],
      reads: ['source'],
      writes: [],
      weight: 0.5,
      expectedDurationMs: source.durationMs ?? 0,
      capture: { name: 'track', from: { scratch: scratchName } },
    },
    countStep(source.demuxer, stream.index),
  ],
  outputs: [],
  warnings: [],
  estimate: { durationMs: 500 },
});

const replaced = '\ufffd';

/** The cues of a track that was taken out; refuses what holds none. */
export const sheetOf = (text: string, number: number): CueSheet => {
  if (text.length > lettersMax) refusePlan('subtitle_too_large', 'the track holds too much text');
  const sheet = parseCues(text);
  if (sheet.cues.length === 0) refusePlan('subtitle_track_missing', `track ${number} holds no text`);
  return sheet.cues.length > cuesMax ? refusePlan('subtitle_too_large', 'the track has too many cues') : sheet;
};

/** How much earlier than announced the last cue may end. */
const slackMs = 1_000;

const endWarnings = (sheet: CueSheet, count: TrackCount): string[] => {
  if (count.isCutOff) refusePlan('media_truncated', 'the track holds less than it announces');
  const lastMs = Math.max(...sheet.cues.slice(-100).map(({ endMs }) => endMs));
  return (count.endMs ?? 0) - lastMs > slackMs ? ['the track looks cut off at its end'] : [];
};

/** One subtitle track as a file: the tool takes it out, the plan writes it. */
export const planSubtitlesExtract: PlanFn<SubtitlesExtractParams> = ({ params, facts, measured }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no source');
  const track = chooseTrack(source.subtitles, params);
  if (measured.track === undefined) return readTrack(source, track);
  const text = String(measured.track);
  const sheet = sheetOf(text, track.number);
  const { format } = params;
  const { head, notes } = keptIn(sheet, format);
  const file = subtitleFile(sheet.cues, format, head);
  return {
    kind: 'run',
    device: 'cpu',
    steps: [],
    outputs: [file.output],
    result: { cues: file.cues, track: track.number, language: track.stream.language, format },
    warnings: [
      ...notes,
      ...endWarnings(sheet, readTrackCount(String(measured.packets))),
      ...(text.includes(replaced) ? ['the track is not in UTF-8: letters are lost'] : []),
    ],
    estimate: { durationMs: 100 },
  };
};
