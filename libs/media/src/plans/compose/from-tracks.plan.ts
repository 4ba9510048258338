import { inputAt } from '@ffapi/contracts';
import type { ComposeFromTracksParams } from '@ffapi/contracts';
import { guardedInput } from '../../argv/guard.ts';
import { alphaDecoding } from '../../colour/alpha.ts';
import type { Token } from '../../argv/token.ts';
import { beginningMs, pictureOf } from '../../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { chapterLosses } from '../../encode/chapters.ts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';
import { canvasColour, canvasOf, canvasOfColour, fitted, pictureIn, pictureWarnings } from '../../canvas/canvas.ts';
import { paced } from '../../encode/constant-rate.ts';
import type { Canvas } from '../../canvas/canvas.ts';
import { estimateOf, mp4Output, painterOf, paintStep } from '../../canvas/mp4.ts';
import { mixed, sampleRateHz, silence, stereo } from '../../canvas/sound.ts';
import { seconds } from '../../filtergraph/seconds.ts';
import { soundFrom } from '../../sound/from-moment.ts';

/** One thing that plays, with its place among the inputs. */
interface Piece {
  readonly name: string;
  readonly label: string;
  readonly input: number;
  readonly facts: MediaFacts;
  readonly isVideo: boolean;
  readonly startMs: number;
  readonly durationMs: number;
  readonly volume: number;
  readonly isMuted: boolean;
}

const piecesOf = ({ tracks }: ComposeFromTracksParams, facts: Readonly<Record<string, MediaFacts>>): Piece[] =>
  tracks
    .flatMap(({ type, keyframes, volume, muted }, t) =>
      keyframes.map((keyframe, k) => ({
        ...keyframe,
        type,
        volume,
        muted,
        name: inputAt('tracks', t, 'keyframes', k, 'url'),
      })),
    )
    .filter(({ url, duration }) => url !== undefined && duration > 0)
    .map(({ name, type, timestamp, duration, volume, muted }, input) => ({
      name,
      label: name.replaceAll('-', '/'),
      input,
      facts: facts[name] ?? refusePlan('media_unreadable', `${name} is missing`),
      isVideo: type === 'video',
      startMs: timestamp,
      durationMs: duration,
      volume,
      isMuted: muted,
    }));

/** The moment of its file at which a piece begins: that of its picture or of its sound, whichever is first. */
const beginOf = ({ facts, isVideo, isMuted }: Piece): number =>
  beginningMs([isVideo ? pictureOf(facts) : null, isMuted ? null : facts.audio[0]]);

const isStill = ({ durationMs, frames }: VideoFacts): boolean => durationMs === null && (frames ?? 1) <= 1;

/** A still is shown as long as it is asked for; a clip that is too short gives way to what lies below. */
const paintedClip = (piece: Piece, canvas: Canvas): string => {
  const picture = pictureIn(piece.facts, piece.label);
  const [start, length] = [seconds(piece.startMs), seconds(piece.durationMs)];
  const timed = isStill(picture)
    ? [
        filter('loop', { loop: -1, size: 1 }),
        filter('setpts', { expr: `N/${canvas.fps}/TB` }),
        filter('trim', { end: length }),
      ]
    : [...paced(picture, canvas.fps, beginOf(piece)), filter('trim', { end: length })];
  const filters = [...timed, ...fitted(picture, canvas), filter('setpts', { expr: `PTS+${start}/TB` })];
  return `[${piece.input}:${picture.index}]${chain(filters)}[v${piece.input}]`;
};

const pictureGraph = (pieces: readonly Piece[], canvas: Canvas, totalMs: number): string[] => {
  const parts = [`${chain(canvasOfColour(canvas, 'black', totalMs))}[base0]`];
  for (const [n, piece] of pieces.entries()) {
    const options = { x: '(W-w)/2', y: '(H-h)/2', eof_action: 'pass' };
    const isLast = n === pieces.length - 1;
    const laid = chain([
      filter('overlay', options),
      ...(isLast ? [filter('format', { pix_fmts: 'yuv420p' }), canvasColour] : []),
    ]);
    parts.push(
      paintedClip(piece, canvas),
      `[base${n}][v${piece.input}]${laid}[${isLast ? 'picture' : `base${n + 1}`}]`,
    );
  }
  return parts;
};

const audible = (pieces: readonly Piece[]): Piece[] =>
  pieces.filter(({ facts, isVideo, isMuted, label }) => {
    if (isMuted) return false;
    if (!isVideo && facts.audio.length === 0) refusePlan('media_no_audio_stream', `${label} has no audio track`);
    return facts.audio.length > 0;
  });

const soundGraph = (pieces: readonly Piece[], totalMs: number): string[] => {
  if (pieces.length === 0) return [];
  const each = pieces.map((piece) => {
    const { input, facts, startMs, durationMs, volume } = piece;
    const delay = Math.round((startMs * sampleRateHz) / 1000);
    const filters = [
      ...stereo(facts.audio[0]),
      ...soundFrom(beginOf(piece)),
      filter('atrim', { end: seconds(durationMs) }),
      ...(volume === 1 ? [] : [filter('volume', { volume })]),
      ...(delay === 0 ? [] : [filter('adelay', { delays: `${delay}S`, all: 1 })]),
    ];
    return `[${input}:${facts.audio[0]?.index}]${chain(filters)}[a${input}]`;
  });
  const labels = pieces.map(({ input }) => `[a${input}]`).join('');
  return [...each, `${silence(totalMs)}[still]`, `[still]${labels}${chain(mixed(pieces.length + 1))}[sound]`];
};

const tooShort = ({ facts, durationMs, label, isVideo }: Piece): string[] => {
  const picture = pictureOf(facts);
  const whole = isVideo && picture?.durationMs != null ? picture.startMs + picture.durationMs : facts.durationMs;
  return whole !== null && whole > 0 && whole + 100 < durationMs
    ? [`${label} lasts ${seconds(whole)} s, less than its ${seconds(durationMs)} s on the time line`]
    : [];
};

/** A piece as an input; what is transparent in it lets through what lies below. */
const pieceInput = ({ name, facts, isVideo }: Piece): Token[] =>
  guardedInput(name, facts.demuxer, isVideo ? alphaDecoding(pictureOf(facts)) : []);

/** The plan of a time line: every piece is opened once, painted and mixed at its time in one pass. */
export const planComposeFromTracks: PlanFn<ComposeFromTracksParams> = ({ params, facts, caps, hardware }) => {
  const pieces = piecesOf(params, facts);
  const videos = pieces.filter(({ isVideo }) => isVideo);
  const sounds = audible(pieces);
  const canvas = canvasOf(params);
  const totalMs = Math.max(...pieces.map(({ startMs, durationMs }) => startMs + durationMs));
  const warnings = [
    ...pieces.flatMap(tooShort),
    ...pictureWarnings(videos.map((piece) => pictureIn(piece.facts, piece.label))),
    ...chapterLosses(pieces.map((piece) => piece.facts)),
  ];
  const painter = painterOf(params.preset, { caps, hardware, warn: (text) => void warnings.push(text) });
  const hasSound = sounds.length > 0;
  return {
    kind: 'run',
    device: painter.encoder.device,
    steps: [
      paintStep({
        inputs: pieces.flatMap(pieceInput),
        reads: pieces.map(({ name }) => name),
        graph: [...pictureGraph(videos, canvas, totalMs), ...soundGraph(sounds, totalMs)],
        hasSound,
        painter,
        until: ['-t', seconds(totalMs)],
        durationMs: totalMs,
      }),
    ],
    outputs: [mp4Output(canvas, totalMs, hasSound)],
    warnings,
    estimate: estimateOf(canvas, totalMs, painter),
  };
};
