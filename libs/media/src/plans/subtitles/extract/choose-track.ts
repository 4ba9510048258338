import { languageCode } from '@ffapi/contracts';
import type { SubtitlesExtractParams } from '@ffapi/contracts';
import type { SubtitleFacts } from '../../../facts/media-facts.ts';
import { textCodecs } from '../../../encode/subtitles.ts';
import { refusePlan } from '../../plan.ts';

export interface Track {
  /** Among the subtitle tracks, from 0. */
  readonly number: number;
  readonly stream: SubtitleFacts;
}

/** A track by its number, or the first in a language. */
export type TrackChoice = Pick<SubtitlesExtractParams, 'track' | 'language'>;

const isText = ({ stream }: Track): boolean => textCodecs.includes(stream.codec);

const show = ({ number, stream }: Track): string => `${number} (${stream.language ?? 'no language'}, ${stream.codec})`;

const missing = (wanted: string, tracks: readonly Track[]): never =>
  refusePlan('subtitle_track_missing', `there is no ${wanted}; the file has ${tracks.map(show).join(', ')}`);

/** The track that a request means, of text where there is a choice; refuses where there is none. */
export const meantTrack = (streams: readonly SubtitleFacts[], params: TrackChoice): Track => {
  const tracks = streams.map((stream, number) => ({ number, stream }));
  const { track, language } = params;
  if (tracks.length === 0) refusePlan('subtitle_track_missing', 'the file has no subtitle track');
  const code = language === undefined ? null : languageCode(language);
  const meant = tracks.filter(({ number, stream }) => {
    if (track !== undefined) return number === track;
    return code === null || (stream.language !== null && languageCode(stream.language) === code);
  });
  const wanted = track === undefined ? `track in ${language}` : `track ${track}`;
  const first = meant[0] ?? missing(wanted, tracks);
  return meant.find(isText) ?? first;
};

/** The same for what needs text; refuses pictures of it. */
export const chooseTrack = (streams: readonly SubtitleFacts[], params: TrackChoice): Track => {
  const track = meantTrack(streams, params);
  return isText(track) ? track : refusePlan('subtitle_is_picture', `track ${track.number} is ${track.stream.codec}`);
};
