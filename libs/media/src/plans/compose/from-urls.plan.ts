import type { ComposeFromUrlsParams } from '@ffapi/contracts';
import { guardedInput } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { beginningMs, endMsOf, outlasts } from '../../facts/media-facts.ts';
import type { AudioFacts, MediaFacts } from '../../facts/media-facts.ts';
import { chain, filter, lastFrameStays } from '../../filtergraph/filter.ts';
import { chapterPlan } from '../../encode/chapters.ts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';
import { canvasOf, onCanvas, pictureIn, alphaWarnings, pictureWarnings } from '../../canvas/canvas.ts';
import { paced } from '../../encode/constant-rate.ts';
import { estimateOf, mp4Output, painterOf, paintStep } from '../../canvas/mp4.ts';
import { ducked, lasting, mixed, stereo } from '../../canvas/sound.ts';
import { seconds } from '../../filtergraph/seconds.ts';

/** One sound of the mix. */
interface Sound {
  readonly role: 'voice' | 'music';
  readonly pad: string;
  readonly sound: AudioFacts;
  readonly filters: readonly string[];
  /** The moment of its file that is the film's first. */
  readonly beginMs: number;
}

interface Inputs {
  readonly argv: readonly Token[];
  readonly reads: readonly string[];
  readonly sounds: readonly Sound[];
}

const soundOf = (facts: MediaFacts, name: string): AudioFacts =>
  facts.audio[0] ?? refusePlan('media_no_audio_stream', `${name} has no audio track`);

/** The film's own sound, where it is kept. */
const ownSound = (facts: Readonly<Record<string, MediaFacts>>, { source_audio }: ComposeFromUrlsParams) =>
  facts.audio === undefined && source_audio === 'keep' ? facts.video?.audio[0] : undefined;

const inputsOf = (
  facts: Readonly<Record<string, MediaFacts>>,
  video: MediaFacts,
  params: ComposeFromUrlsParams,
  beginMs: number,
): Inputs => {
  const argv: Token[] = guardedInput('video', video.demuxer);
  const reads = ['video'];
  const sounds: Sound[] = [];
  const own = ownSound(facts, params);
  const other = (name: 'audio' | 'bgm', media: MediaFacts) => {
    const sound = soundOf(media, `${name}_url`);
    return { pad: `${reads.push(name) - 1}:${sound.index}`, sound, beginMs: sound.startMs };
  };
  if (facts.audio) {
    argv.push(...guardedInput('audio', facts.audio.demuxer));
    sounds.push({ role: 'voice', ...other('audio', facts.audio), filters: [] });
  } else if (own) sounds.push({ role: 'voice', pad: `0:${own.index}`, sound: own, beginMs, filters: [] });
  if (facts.bgm) {
    argv.push(...guardedInput('bgm', facts.bgm.demuxer, params.loop_bgm ? ['-stream_loop', '-1'] : []));
    const filters = [filter('volume', { volume: params.bgm_volume })];
    sounds.push({ role: 'music', ...other('bgm', facts.bgm), filters });
  }
  return { argv, reads, sounds };
};

const soundGraph = (sounds: readonly Sound[], durationMs: number, isDucked: boolean): string[] => {
  const each = sounds.map(
    ({ pad, sound, filters, role, beginMs }) =>
      `[${pad}]${chain([...stereo(sound), ...filters, ...lasting(durationMs, beginMs)], 'anull')}[${role}]`,
  );
  if (sounds.length < 2) return sounds.map(({ role }, n) => (each[n] ?? '').replace(`[${role}]`, '[sound]'));
  if (!isDucked) return [...each, `[voice][music]${chain(mixed(2))}[sound]`];
  return [...each, '[voice]asplit[heard][key]', `[music][key]${ducked}[low]`, `[heard][low]${chain(mixed(2))}[sound]`];
};

const lengthOf = (
  { duration, duration_ms }: ComposeFromUrlsParams,
  video: MediaFacts,
  own: AudioFacts | undefined,
  beginMs: number,
  warn: (text: string) => void,
): number => {
  const endMs = endMsOf(pictureIn(video, 'video_url'), own);
  const whole = endMs === null ? video.durationMs : endMs - beginMs;
  if (whole === null || whole === 0) return refusePlan('media_unreadable', 'video_url does not say how long it is');
  const asked = duration_ms ?? (duration === undefined ? whole : Math.round(duration * 1000));
  if (asked > whole + 500) warn(`the video ends after ${seconds(whole)} s, before the ${seconds(asked)} s asked for`);
  return Math.min(asked, whole);
};

/** The plan of a video with another voice and music under it: one pass. */
export const planComposeFromUrls: PlanFn<ComposeFromUrlsParams> = ({ params, facts, caps, hardware }) => {
  const warnings: string[] = [];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  const video = facts.video ?? refusePlan('media_unreadable', 'there is no video');
  const picture = pictureIn(video, 'video_url');
  const canvas = canvasOf(params);
  const own = ownSound(facts, params);
  const beginMs = beginningMs([picture, own]);
  const durationMs = lengthOf(params, video, own, beginMs, warn);
  const isHeld = outlasts(own, picture);
  const inputs = inputsOf(facts, video, params, beginMs);
  const isDucked = params.ducking && inputs.sounds.length === 2;
  if (params.ducking && !isDucked) warn('ducking needs both a voice and music');
  [...pictureWarnings([picture]), ...alphaWarnings([picture])].forEach(warn);
  const painter = painterOf(params.preset, { caps, hardware, warn });
  const hasSound = inputs.sounds.length > 0;
  const place = { container: 'mp4', inputs: inputs.reads.length, lengthMs: durationMs } as const;
  const kept = chapterPlan({ ...place, chapters: video.chapters ?? [] });
  kept.warnings.forEach(warn);
  const graph = [
    `[0:${picture.index}]${chain([...onCanvas(picture, canvas), ...paced(picture, canvas.fps, beginMs), ...(isHeld ? [lastFrameStays] : [])])}[picture]`,
    ...soundGraph(inputs.sounds, durationMs, isDucked),
  ];
  return {
    kind: 'run',
    device: painter.encoder.device,
    steps: [
      paintStep({
        inputs: [...inputs.argv, ...kept.input],
        reads: inputs.reads,
        graph,
        hasSound,
        painter,
        until: ['-t', seconds(durationMs)],
        chapters: kept.args,
        durationMs,
      }),
    ],
    outputs: [mp4Output(canvas, durationMs, hasSound)],
    scratch: kept.scratch,
    warnings,
    estimate: estimateOf(canvas, durationMs, painter),
  };
};
