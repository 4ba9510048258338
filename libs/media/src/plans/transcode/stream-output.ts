import type { Hardware, TranscodeIntent } from '@ffapi/contracts';
import { containerRules } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../argv/guard.ts';
import { noTags } from '../../argv/tags.ts';
import type { Token } from '../../argv/token.ts';
import type { MediaFacts } from '../../facts/media-facts.ts';
import type { Rung } from '../../ladder/rungs.ts';
import type { Capabilities, HlsRendition, Plan, Step } from '../plan.ts';
import { captionStreams, hasRead, ladderCaptions, readCaptions } from './ladder-captions.ts';
import { ladderPicture } from './ladder-picture.ts';
import { ladderSound } from './ladder-sound.ts';
import { commonBeginMs } from '../../encode/begins-together.ts';
import { framesOut } from '../../encode/picture.ts';
import { dashArgs, hlsArgs } from './stream-muxers.ts';
import type { Selection } from '../../encode/sources.ts';

const renditions = (rungs: readonly Rung[], sounds: readonly string[], fps: number): HlsRendition[] => [
  ...rungs.map((rung): HlsRendition => ({
    name: rung.name,
    role: 'video',
    ...rung.frame,
    ...(fps > 0 ? { frameRate: fps.toFixed(3) } : {}),
  })),
  ...sounds.map((name) => ({ name, role: 'audio' }) as const),
];

/** A plan for HLS or DASH: every rung from one decode, sound as its own renditions, keyframes at the same instants. */
export const planStream = (
  facts: MediaFacts,
  selection: Selection,
  intent: TranscodeIntent,
  context: { caps: Capabilities; hardware: Hardware; measured: Readonly<Record<string, unknown>> },
): Plan => {
  const texts = captionStreams(facts);
  if (texts.length > 0 && !hasRead(context.measured)) return readCaptions(facts, texts);
  const warnings: string[] = [...selection.leftOut];
  const warn = (text: string): void => void (warnings.includes(text) || warnings.push(text));
  const durationMs = selection.durationMs ?? 0;
  const beginMs = commonBeginMs(selection);
  const span = { beginMs, durationMs: selection.durationMs };
  const captions = ladderCaptions(facts, context.measured, span, warn);
  const sound = ladderSound(selection, beginMs, intent, warn);
  const pictures =
    selection.picture && ladderPicture(selection.picture, selection, beginMs, intent, { ...context, warn });
  const rungs = pictures?.rungs ?? [];
  const bundle = intent.container;
  const isHls = bundle === 'hls';
  const frames =
    selection.picture && framesOut(selection.picture, intent.fps, selection.picture.durationMs ?? durationMs);
  const top = rungs[0]?.frame;
  const { segmentDurationMs: segmentMs, segmentType } = intent;
  const muxed = { rungs, sounds: sound.names, segmentMs, segmentType };
  const step = (id: string, weight: number, argv: readonly Token[], writes: readonly string[]): Step => ({
    id,
    tool: 'ffmpeg',
    argv: [...ffmpegGlobals, ...guardedInput('source', facts.demuxer, pictures?.decoding), ...argv],
    reads: ['source'],
    writes,
    weight,
    expectedDurationMs: durationMs,
  });
  const muxer = isHls ? hlsArgs(bundle, muxed) : dashArgs(bundle, muxed);
  const tags = intent.stripsMetadata ? noTags([]) : [];
  const encoded = [...(pictures?.args ?? []), ...tags, ...sound.args, ...muxer];
  const steps = pictures?.analysis
    ? [
        step('analyse', 0.4, [...pictures.analysis, '-an', '-f', 'null', '-'], []),
        step('encode', 0.6, encoded, [bundle]),
      ]
    : [step('encode', 1, encoded, [bundle])];
  return {
    kind: 'run',
    device: pictures?.encoder.device ?? 'cpu',
    ...(pictures && pictures.decoding.length > 0 ? { decodesOnGpu: true } : {}),
    steps,
    outputs: [
      {
        name: bundle,
        kind: 'bundle',
        main: isHls ? 'master.m3u8' : 'manifest.mpd',
        contentType: containerRules[intent.container].contentType,
        post: {
          kind: isHls ? 'hls-master' : 'dash-manifest',
          renditions: renditions(rungs, sound.names, pictures?.fps ?? 0),
          labels: sound.labels,
          captions,
        },
        expect: {
          ...(selection.durationMs === null ? {} : { durationMs: selection.durationMs }),
          ...(frames === null ? {} : { frames }),
          ...(top ? { width: top.width, height: top.height } : {}),
          ...(pictures ? { videoCodec: pictures.encoder.codec } : {}),
          videoStreams: rungs.length,
          audioStreams: sound.names.length,
        },
        verify: 'probe',
      },
    ],
    warnings,
    estimate: { durationMs: (pictures?.estimateMs ?? 0) * steps.length + 500, ...(frames === null ? {} : { frames }) },
  };
};
