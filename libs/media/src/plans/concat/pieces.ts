import { ffmpegGlobals } from '../../argv/guard.ts';
import type { Token } from '../../argv/token.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { onCanvas, paced } from '../compose/canvas.ts';
import type { Canvas } from '../compose/canvas.ts';
import { mp4Args, outputName, soundArgs } from '../compose/mp4.ts';
import type { Painter } from '../compose/mp4.ts';
import { lasting, silence, stereo } from '../compose/sound.ts';
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
    ? `${chain([silence(durationMs), ...stereo])}[sound]`
    : `[0:${sound.index}]${chain([...stereo, ...lasting(durationMs)])}[sound]`;
};

const pieceStep = (clip: Clip, n: number, context: PiecesContext): Step => {
  const { canvas, painter, hasSound, totalMs } = context;
  const picture = [
    ...onCanvas(clip.picture, canvas),
    ...paced(canvas.fps),
    // The last frame may fall to either side of the end.
    filter('tpad', { stop: 2, stop_mode: 'clone' }),
  ];
  const graph = [`[0:${clip.picture.index}]${chain(picture)}[picture]`, ...(hasSound ? [soundGraph(clip)] : [])].join(
    ';',
  );
  const argv: Token[] = [
    ...ffmpegGlobals,
    ...clipInput(clip),
    '-filter_complex',
    graph,
    '-map',
    '[picture]',
    ...(hasSound ? ['-map', '[sound]', ...pieceSound] : []),
    ...painter.args,
    '-frames:v',
    String(clip.frames),
    '-video_track_timescale',
    '90000',
    '-f',
    'mov',
    { scratch: pieceName(n) },
  ];
  return {
    id: `clip-${n + 1}`,
    tool: 'ffmpeg',
    argv,
    reads: [clip.name],
    writes: [pieceName(n)],
    weight: (0.95 * clip.durationMs) / totalMs,
    expectedDurationMs: clip.durationMs,
  };
};

export interface PiecesContext {
  readonly canvas: Canvas;
  readonly painter: Painter;
  readonly hasSound: boolean;
  readonly totalMs: number;
}

/** Every clip brought to the canvas by itself, so that one is open at a time; then joined. */
export const piecesPlan = (clips: readonly Clip[], context: PiecesContext): Pick<Plan, 'steps' | 'scratch'> => ({
  scratch: { [listName]: { concat: clips.map((_, n) => ({ scratch: pieceName(n) })) } },
  steps: [
    ...clips.map((clip, n) => pieceStep(clip, n, context)),
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
        ...(context.hasSound ? ['-map', '0:a', ...soundArgs] : []),
        ...mp4Args,
        { out: outputName },
      ],
      reads: clips.map((_, n) => pieceName(n)),
      writes: [outputName],
      weight: 0.05,
      expectedDurationMs: context.totalMs,
    },
  ],
});
