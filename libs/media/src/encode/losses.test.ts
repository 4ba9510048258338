import { describe, expect, it } from 'vitest';
import { film, withPicture } from '../fixtures/facts.ts';
import { lastPlan } from '../fixtures/plan-audio.ts';
import { planFilters } from '../fixtures/plan-filter.ts';
import { argvOf, plan as planFilm } from '../fixtures/plan-transcode.ts';
import type { MediaFacts } from '../facts/media-facts.ts';
import { lossesOf } from './losses.ts';

const [picture, sound] = [film.video[0]!, film.audio[0]!];
const cover = { ...picture, index: 4, codec: 'mjpeg', isAttachedPicture: true };
const two: MediaFacts = {
  ...film,
  audio: [
    { ...sound, language: 'jpn' },
    { ...sound, index: 2, language: 'deu', title: 'Kommentar' },
  ],
};
const song: MediaFacts = {
  ...film,
  demuxer: 'mp3',
  video: [cover],
  audio: [{ ...sound, codec: 'mp3', channels: 2, layout: 'stereo' }],
};

describe('what is left out', () => {
  const kept = { container: 'webm', streams: [0, 1], isFilm: true } as const;

  it.each<[string, Partial<MediaFacts>, string]>([
    ['a second track of sound', { audio: two.audio }, 'a sound track is left out: deu, Kommentar'],
    ['a cover', { video: [picture, cover] }, 'the cover picture is left out of webm'],
    ['data of a camera', { others: [{ index: 5, kind: 'data', name: 'gpmd' }] }, 'a track of data is left out: gpmd'],
    [
      'attached fonts',
      { others: [5, 6].map((index) => ({ index, kind: 'attachment' as const, name: `f${index}.ttf` })) },
      '2 attached files are left out: f5.ttf; f6.ttf',
    ],
    ['another picture', { video: [picture, { ...picture, index: 7 }] }, 'another picture is left out'],
  ])('is said: %s', (_what, changes, text) => {
    expect(lossesOf({ ...film, ...changes }, kept)).toEqual([text]);
    expect(lossesOf(film, kept)).toEqual([]);
  });

  it('of a film whose sound alone was wanted is no picture', () => {
    expect(lossesOf(film, { container: 'mp3', streams: [1], isFilm: false })).toEqual([]);
  });
});

describe('what is kept', () => {
  it('is each track of sound in every container of films', () => {
    for (const output_format of ['mp4', 'mov', 'mkv', 'webm']) {
      const plan = planFilm({ output_format }, { facts: two });
      expect(argvOf(plan)).toContain('-map 0:2');
      expect(plan.warnings.join()).not.toContain('left out');
    }
    expect(planFilm({ output_format: 'mp3' }, { facts: two }).warnings).toContain(
      'a sound track is left out: deu, Kommentar',
    );
  });

  it('is a language, in the spelling of QuickTime', () => {
    expect(argvOf(planFilm({ output_format: 'mov' }, { facts: two }))).toContain('-metadata:s:a:1 language=ger');
    expect(argvOf(planFilters([{ type: 'blur' }], { facts: two, more: { output_format: 'mov' } }))).toContain(
      '-metadata:s:a:1 language=ger',
    );
    expect(argvOf(planFilm({ output_format: 'mp4' }, { facts: two }))).not.toContain('language=');
    const rare = { ...film, audio: [{ ...sound, language: 'gsw' }] };
    expect(planFilm({ output_format: 'mov' }, { facts: rare }).warnings).toContain('mov cannot name the language gsw');
  });

  it.each(['mp3', 'm4a', 'flac'])('is a cover in %s', (output_format) => {
    expect(argvOf(planFilm({ output_format }, { facts: song }))).toContain(
      '-map 0:4 -c:v copy -disposition:v:0 attached_pic',
    );
    const made = lastPlan('audio.normalize', { output_format }, { facts: song });
    expect(JSON.stringify([made.steps, made.warnings])).not.toContain('cover');
  });

  it('is no cover in WAV, which is said', () => {
    expect(planFilm({ output_format: 'wav' }, { facts: song }).warnings).toContain(
      'the cover picture is left out of wav',
    );
    expect(lastPlan('audio.process', { output_format: 'ogg' }, { facts: song }).warnings).toContain(
      'the cover picture is left out of ogg',
    );
  });

  it('are the names of a track whose sound is filtered', () => {
    const named = lastPlan('audio.normalize', {}, { facts: two });
    expect(named.warnings).toContain('a sound track is left out: deu, Kommentar');
    const rounds = lastPlan('audio.process', {}, { facts: two });
    expect(argvOf(rounds)).toContain('-map_metadata:s:v:0 0:s:0 -map_metadata:s:a:0 0:s:1');
  });

  it('are fonts of subtitles in Matroska', () => {
    const fonts = { ...film, others: [{ index: 9, kind: 'attachment' as const, name: 'f.ttf' }] };
    expect(argvOf(planFilm({ output_format: 'mkv' }, { facts: fonts }))).toContain('-map 0:9 -c:t copy');
    expect(planFilm({ output_format: 'mp4' }, { facts: fonts }).warnings).toContain(
      'an attached file is left out: f.ttf',
    );
  });
});

describe('how HDR was mastered', () => {
  const mastering = {
    display: {
      red: [34_000, 16_000],
      green: [13_250, 34_500],
      blue: [7_500, 3_000],
      white: [15_635, 16_450],
      luminance: { max: 10_000_000, min: 50 },
    },
    light: { max: 1_000, average: 400 },
  } as const;
  const hdr = withPicture({
    codec: 'hevc',
    pixFmt: 'yuv420p10le',
    bitDepth: 10,
    isHdr: true,
    colorTransfer: 'smpte2084',
    mastering,
  });
  const hevc =
    'hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';

  it('stays in HEVC, also behind filters and in ladders', () => {
    expect(argvOf(planFilm({ video_codec: 'hevc', crf: 20 }, { facts: hdr }))).toContain(hevc);
    expect(argvOf(planFilters([{ type: 'blur' }], { facts: hdr }))).toContain(hevc);
    expect(argvOf(planFilm({ output_format: 'hls', video_codec: 'hevc' }, { facts: hdr }))).toContain(hevc);
  });

  it('stays in AV1', () => {
    expect(argvOf(planFilm({ output_format: 'webm', video_codec: 'av1', crf: 30 }, { facts: hdr }))).toContain(
      '-svtav1-params mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.005):content-light=1000,400',
    );
  });

  it('is said to be lost in VP9, and is nothing to an SDR picture', () => {
    const vp9 = planFilm({ output_format: 'webm', video_codec: 'vp9' }, { facts: hdr });
    expect(vp9.warnings.join()).toContain('mastering display and light levels of HDR10 are left out');
    const sdr = planFilm({ video_codec: 'h264' }, { facts: hdr });
    expect(argvOf(sdr)).not.toContain('master');
    expect(sdr.warnings.join()).not.toContain('mastering');
  });
});
