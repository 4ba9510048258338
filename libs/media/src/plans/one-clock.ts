import { ffmpegGlobals, guardedInput } from '../argv/guard.ts';
import type { MediaFacts, Restart } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import type { Step } from './plan.ts';

/** By how many seconds a packet is moved, as an expression of its number. */
const movedBy = (restarts: readonly Restart[]): string =>
  restarts.reduceRight(
    (later, { packet }, n) => `if(lt(N,${packet}),${(restarts[n - 1]?.offsetSeconds ?? 0).toFixed(6)},${later})`,
    (restarts.at(-1)?.offsetSeconds ?? 0).toFixed(6),
  );

const moved = (clock: 'PTS' | 'DTS', restarts: readonly Restart[]): string =>
  `if(eq(${clock},NOPTS),NOPTS,${clock}+(${movedBy(restarts)})/TB)`;

const settsOf = (restarts: readonly Restart[]): string =>
  filter('setts', { pts: moved('PTS', restarts), dts: moved('DTS', restarts) });

/**
 * The step that copies an input whose clock starts anew into one with a single clock; `null`: it has one. FFmpeg moves all
 * streams when the first comes to a new clock, and what is left of the others from before then looks like another: of
 * two recordings of four seconds it made twelve.
 */
export const oneClockStep = (name: string, { demuxer, restarts = [], durationMs }: MediaFacts): Step | null =>
  restarts.length === 0
    ? null
    : {
        id: 'one-clock',
        tool: 'ffmpeg',
        argv: [
          ...ffmpegGlobals,
          '-copyts',
          ...guardedInput(name, demuxer),
          ...restarts.flatMap(({ index }) => ['-map', `0:${index}`]),
          '-c',
          'copy',
          // Packets are counted, also those before the first whole picture.
          '-copyinkf',
          ...restarts.flatMap((stream, n) =>
            stream.restarts.length === 0 ? [] : [`-bsf:${n}`, settsOf(stream.restarts)],
          ),
          '-max_muxing_queue_size',
          '4096',
          '-f',
          'mpegts',
          { scratch: oneClockFile(name) },
        ],
        reads: [name],
        writes: [],
        weight: 0,
        expectedDurationMs: durationMs ?? 0,
      };

/** Where it is written. */
export const oneClockFile = (name: string): string => `${name}.ts`;
