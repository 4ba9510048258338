import { ffmpegGlobals } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { chain, lastFrameStays } from '../../filtergraph/filter.ts';
import { onCanvas } from '../../canvas/canvas.ts';
import { paced } from '../../encode/constant-rate.ts';
import type { Canvas } from '../../canvas/canvas.ts';
import { mp4Args, outputName, soundArgs } from '../../canvas/mp4.ts';
import type { Painter } from '../../canvas/mp4.ts';
import { lasting, silence, stereo } from '../../canvas/sound.ts';
import type { Plan, Step } from '../plan.ts';
import { clipInput } from './clips.ts';
import type { Clip } from './clips.ts';
import { joinInput } from './copy.ts';

const listName = 'pieces.ffconcat';
const pieceName = (n: number): string => `piece-${n}.mov`;

/** Sound that is encoded once, over the whole: an encoder adds a gap to whatever it begins. */
const pieceSound = ['-c:a', 'pcm_s16le'];

const soundGraph = ({ facts, durationMs }: Clip): string => {
  const [sound] = facts.audio;
  return sound === undefined
    ? `${chain([silence(durationMs), ...stereo()])}[sound]`
    : `[0:${sound.index}]${chain([...stereo(sound), ...lasting(durationMs)])}[sound]`;
};

/** How the picture of a clip comes into its piece. */
interface PiecePicture {
  readonly graph: readonly string[];
  readonly args: readonly Token[];
}

const encoded = (clip: Clip, { canvas, painter }: PiecesContext): PiecePicture => ({
  graph: [
    `[0:${clip.picture.index}]${chain([
      ...onCanvas(clip.picture, canvas),
      ...paced(clip.picture, canvas.fps),
      // The last frame may fall to either side of the end, and stays while sound goes on.
      lastFrameStays,
    ])}[picture]`,
  ],
  args: ['-map', '[picture]', ...painter.args, '-frames:v', String(clip.frames)],
});

const copied = ({ picture }: Clip): PiecePicture => ({
  graph: [],
  args: ['-map', `0:${picture.index}`, '-c:v', 'copy'],
});

const pieceStep = (clip: Clip, n: number, picture: PiecePicture, hasSound: boolean, share: number): Step => {
  const graph = [...picture.graph, ...(hasSound ? [soundGraph(clip)] : [])];
  return {
    id: `clip-${n + 1}`,
    tool: 'ffmpeg',
    argv: [
      ...ffmpegGlobals,
      ...clipInput(clip),
      ...(graph.length === 0 ? [] : ['-filter_complex', graph.join(';')]),
      ...picture.args,
      ...(hasSound ? ['-map', '[sound]', ...pieceSound] : []),
      '-video_track_timescale',
      '90000',
      '-f',
      'mov',
      { scratch: pieceName(n) },
    ],
    reads: [clip.name],
    writes: [pieceName(n)],
    weight: 0.95 * share,
    expectedDurationMs: clip.durationMs,
  };
};

export interface PiecesContext {
  readonly canvas: Canvas;
  readonly painter: Painter;
  readonly hasSound: boolean;
  readonly totalMs: number;
}

const joined = (
  clips: readonly Clip[],
  pictureOf: (clip: Clip) => PiecePicture,
  { hasSound, totalMs }: Pick<PiecesContext, 'hasSound' | 'totalMs'>,
): Pick<Plan, 'steps' | 'scratch'> => ({
  scratch: { [listName]: { concat: clips.map((_, n) => ({ scratch: pieceName(n) })) } },
  steps: [
    ...clips.map((clip, n) => pieceStep(clip, n, pictureOf(clip), hasSound, clip.durationMs / totalMs)),
    {
      id: 'join',
      tool: 'ffmpeg',
      argv: [
        ...ffmpegGlobals,
        ...joinInput(listName),
        '-map',
        '0:v',
        '-c:v',
        'copy',
        ...(hasSound ? ['-map', '0:a', ...soundArgs] : []),
        ...mp4Args,
        { out: outputName },
      ],
      reads: clips.map((_, n) => pieceName(n)),
      writes: [outputName],
      weight: 0.05,
      expectedDurationMs: totalMs,
    },
  ],
});

/** Every clip brought to the canvas by itself, so that one is open at a time; then joined. */
export const piecesPlan = (clips: readonly Clip[], context: PiecesContext): Pick<Plan, 'steps' | 'scratch'> =>
  joined(clips, (clip) => encoded(clip, context), context);

/** The same of pictures as they are: only their sound is made anew, which an encoder begins and ends with gaps. */
export const copiedPiecesPlan = (
  clips: readonly Clip[],
  context: Pick<PiecesContext, 'hasSound' | 'totalMs'>,
): Pick<Plan, 'steps' | 'scratch'> => joined(clips, copied, context);
