import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPeer, type OnDemand } from '../kit/on-demand.ts';
import { timedRun } from '../kit/run-tool.ts';

export const widthPx = 320;

const inFolder = async (work: (dir: string) => Promise<number>): Promise<number> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-stills-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

// Where a job takes keyframes, seeks by hand do so, too.
const keyframePartSeconds = 10;
const atKeyframe = ['-threads', '1', '-skip_frame', 'nokey', '-noaccurate_seek'];

/** One process that opens the clip once for each still and seeks there; to a keyframe where stills are far apart. */
export const runSeeks = (clip: string, seconds: number, count: number): Promise<number> =>
  inFolder((cwd) => {
    const atSeconds = Array.from({ length: count }, (_, n) => ((n + 0.5) * seconds) / count);
    const seek = seconds / count >= keyframePartSeconds ? atKeyframe : [];
    return timedRun(
      'ffmpeg',
      [
        ...['-v', 'error', '-nostdin', '-y'],
        ...atSeconds.flatMap((at) => [...seek, '-ss', at.toFixed(3), '-i', clip]),
        ...atSeconds.flatMap((_, n) => [
          '-map',
          `${n}:v:0`,
          '-frames:v',
          '1',
          '-vf',
          // From the first frame on: else what lies before the time sought is dropped.
          `setpts=0,scale=${widthPx}:-2`,
          `${n}.jpg`,
        ]),
      ],
      { cwd },
    );
  });

/** The whole clip decoded, every so many seconds a still. */
export const runFpsFilter = (clip: string, seconds: number, count: number): Promise<number> =>
  inFolder((cwd) =>
    timedRun(
      'ffmpeg',
      ['-v', 'error', '-nostdin', '-y', '-i', clip, '-vf', `fps=${count}/${seconds},scale=${widthPx}:-2`, '%d.jpg'],
      { cwd },
    ),
  );

const sceneDetect: OnDemand = { name: 'scenedetect', from: 'PyPI', packages: ['scenedetect[opencv-headless]==0.7.2'] };

export interface SceneImages {
  readonly run: ((clip: string) => Promise<number>) | null;
  readonly notes: readonly string[];
}

/** PySceneDetect's `save-images`, one of each scene, or why there is none. */
export const openSceneDetect = (say: (line: string) => void): SceneImages => {
  const installed = installPeer(sceneDetect, say);
  if (!('dir' in installed)) return { run: null, notes: [`No PySceneDetect beside it. ${installed.reason}`] };
  const program = join(installed.dir, 'bin/scenedetect');
  const args = ['detect-content', 'save-images', '--num-images', '1', '--width', String(widthPx)];
  return {
    run: (clip) =>
      inFolder((cwd) => timedRun(program, ['--quiet', '--input', clip, '--output', cwd, ...args], { cwd })),
    notes: [],
  };
};
