import { operations } from '@ffapi/contracts';
import { ffmpegGlobals, guardedInput } from '../../../argv/guard.ts';
import { pictureOf } from '../../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../../facts/media-facts.ts';
import { refusePlan } from '../../plan.ts';
import type { Plan, PlanFn } from '../../plan.ts';
import { planThumbnails } from '../thumbnails.plan.ts';

/** What is looked at has this many pixels on its longer side. */
const sidePixels = 640;
const frameEveryMs = 10_000;
const framesMin = 5;
const framesMax = 16;
/** A video gets two frames at least: one alone says too little. */
const framesOfManyMin = 2;
const timesFile = 'times.txt';
const timesEverySeconds = 0.5;

/** How frames are shared out among the inputs of a job. */
export interface SampleParams {
  /** Of one input; a still picture is one frame in any case. */
  readonly framesMax: number;
  /** Decodes from the beginning instead of seeking: some files have no frame where one is sought. */
  readonly isInOrder: boolean;
}

const isStill = ({ demuxer }: MediaFacts): boolean => demuxer.endsWith('_pipe');

const countOf = (facts: MediaFacts, durationMs: number, params: SampleParams): number => {
  if (isStill(facts)) return 1;
  const wanted = Math.min(framesMax, Math.max(framesMin, Math.ceil(durationMs / frameEveryMs)));
  return Math.max(framesOfManyMin, Math.min(wanted, params.framesMax));
};

/**
 * Reads the packets without decoding them and notes when a few of them are shown: what a file says of its own length is
 * only said, and would let the rest of it pass unseen.
 */
const measurePlan = (facts: MediaFacts, picture: VideoFacts): Plan => ({
  kind: 'measure',
  device: 'cpu',
  steps: [
    {
      id: 'times',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        ...guardedInput('source', facts.demuxer),
        '-map',
        `0:${picture.index}`,
        '-c',
        'copy',
        // Drops a packet that is less than so long after the last one that was kept, whose time is variable 0.
        '-bsf:v',
        `noise=drop=if(gte(pts*tb-ld(0)\\,${timesEverySeconds})+eq(n\\,0)\\,0*st(0\\,pts*tb)\\,1)`,
        '-f',
        'framecrc',
        { scratch: timesFile },
      ],
      reads: ['source'],
      writes: [],
      weight: 1,
      expectedDurationMs: 0,
      capture: { name: 'times', from: { scratch: timesFile } },
    },
  ],
  outputs: [],
  warnings: [],
  estimate: { durationMs: 1_000 },
});

/** Up to the last packet that was noted, in the text that FFmpeg's `framecrc` writes. */
const lengthOf = (times: string): number => {
  const [, num = 0, den = 1] = /^#tb 0: (\d+)\/(\d+)$/m.exec(times)?.map(Number) ?? [];
  const shown = [...times.matchAll(/^0, *-?\d+, *(-?\d+),/gm)].map(([, pts]) => Number(pts));
  const last = shown.reduce((latest, pts) => Math.max(latest, pts), 0);
  return Math.floor((last * num * 1000) / den);
};

const inOrder = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.map(({ onComplaint, ...step }) => ({ ...step, argv: onComplaint ?? step.argv })),
});

/** Frames of a video, spread evenly over it, for somebody else to look at; a picture is one frame. */
export const planSample: PlanFn<SampleParams> = (input) => {
  const { source } = input.facts;
  const picture = source && pictureOf(source);
  if (!source || !picture) return refusePlan('media_no_video_stream', 'there is nothing to look at');
  const { times } = input.measured;
  if (!isStill(source) && times === undefined) return measurePlan(source, picture);
  const durationMs = times === undefined ? 0 : lengthOf(String(times));
  const side = picture.displayWidth >= picture.displayHeight ? { width: sidePixels } : { height: sidePixels };
  const params = operations['video.thumbnails'].params.parse({
    method: 'uniform',
    count: countOf(source, durationMs, input.params),
    ...side,
  });
  const believed = { ...source, durationMs, video: [{ ...picture, durationMs }] };
  const plan = planThumbnails({ ...input, params, facts: { source: believed } });
  return input.params.isInOrder ? inOrder(plan) : plan;
};
