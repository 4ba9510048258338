import type { TranscodeIntent } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput, inputGuard } from '../../argv/guard.ts';
import { oneImage } from '../../argv/muxers.ts';
import type { Token } from '../../argv/token.ts';
import { ratio } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { framing } from '../../ladder/fit.ts';
import { paced } from '../../encode/constant-rate.ts';
import { refusePlan } from '../plan.ts';
import type { Plan, Step } from '../plan.ts';
import { framingFilters, sourceFilters } from '../../encode/picture.ts';
import type { Selection } from '../../encode/sources.ts';

/** What a page or a chat shows; a request may name more. */
const box = { width: 480, height: 480, isExact: false };
/** GIF counts hundredths of a second, of which this takes eight a picture. */
const fpsMax = 12.5;
const palette = 'palette.png';

const rateOf = (picture: VideoFacts, { fps }: TranscodeIntent): number =>
  fps ?? Math.min(fpsMax, ratio(picture.fps) || fpsMax);

/** What differs between the formats, of a step that reads the film. */
interface Making {
  readonly id: string;
  readonly weight: number;
  readonly argv: readonly Token[];
}

/** The colours are chosen first: a graph that does both keeps every frame in memory until the last. */
const gifSteps = (index: number, look: readonly string[], written: readonly Token[]): Making[] => {
  const choose = chain([...look, filter('palettegen', { stats_mode: 'diff' })]);
  const paint = filter('paletteuse', { dither: 'bayer', bayer_scale: 4, diff_mode: 'rectangle' });
  const graph = `[0:${index}]${chain(look)}[film];[film][1:v]${paint}[picture]`;
  const colours: Token[] = [...inputGuard('png_pipe'), '-i', { scratch: palette }];
  return [
    {
      id: 'choose-colours',
      weight: 0.4,
      argv: ['-map', `0:${index}`, '-vf', choose, ...oneImage, { scratch: palette }],
    },
    {
      id: 'encode',
      weight: 0.6,
      argv: [...colours, '-filter_complex', graph, '-map', '[picture]', ...written],
    },
  ];
};

const webpSteps = (index: number, look: readonly string[], written: readonly Token[]): Making[] => {
  const encoder = ['-c:v', 'libwebp_anim', '-quality', '75'];
  return [{ id: 'encode', weight: 1, argv: ['-map', `0:${index}`, '-vf', chain(look), ...encoder, ...written] }];
};

/** A GIF or an animated WebP: no sound, and small unless the request names a size and a rate. It plays for ever. */
export const planAnimation = (facts: MediaFacts, { picture }: Selection, intent: TranscodeIntent): Plan => {
  if (picture === null) return refusePlan('media_no_video_stream', `${intent.container} needs a picture`);
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  const framed = framing(source, intent.resolution ?? box, intent.mayUpscale);
  const isGif = intent.container === 'gif';
  const pixels = { name: isGif ? 'rgb24' : 'yuv420p', mustToneMap: picture.isHdr };
  const look = [
    ...sourceFilters(picture, paced(picture, rateOf(picture, intent), picture.startMs), pixels),
    ...framingFilters(picture, framed, pixels),
  ];
  const { extension, contentType } = containerRules[intent.container];
  const name = `output.${extension}`;
  const durationMs = picture.durationMs ?? facts.durationMs;
  const written: Token[] = ['-an', '-loop', '0', '-f', intent.container, { out: name }];
  const make = isGif ? gifSteps : webpSteps;
  const steps = make(picture.index, look, written).map(({ id, weight, argv }): Step => ({
    id,
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...guardedInput('source', facts.demuxer), ...argv],
    reads: ['source'],
    writes: id === 'encode' ? [name] : [],
    weight,
    expectedDurationMs: durationMs ?? 0,
  }));
  return {
    kind: 'run',
    device: 'cpu',
    steps,
    outputs: [
      {
        name,
        kind: 'file',
        contentType,
        expect: {
          ...framed.frame,
          ...(isGif ? { videoCodec: 'gif', ...(durationMs === null ? {} : { durationMs }) } : {}),
        },
        // FFmpeg 5.1 writes animated WebP and does not read it.
        verify: isGif ? 'probe' : 'image',
      },
    ],
    warnings: facts.audio.length > 0 ? [`${intent.container} has no sound`] : [],
    estimate: { durationMs: Math.round((durationMs ?? 0) / 2) + 500 },
  };
};
