import { mkdir, mkdtemp, truncate, writeFile, copyFile, stat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorRow, operations } from '@ffapi/contracts';
import type { Operation, OperationId } from '@ffapi/contracts';
import { plans } from '@ffapi/media';
import type { PlanFn } from '@ffapi/media';
import { MediaFailure } from '@ffapi/media-exec';
import type { MediaExec, RunOutcome } from '@ffapi/media-exec';
import { goodInputs, mediaOperations, openInputs } from './inputs.ts';
import type { Material } from './material.ts';
import type { MediaTask } from './media-task.ts';
import { complaints } from './measure.ts';

const picture = (size: string, seconds: number, rate = 25): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${size}:r=${rate}:d=${seconds}`,
];
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=d=${seconds}`];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** A WAV whose header claims ten hours. */
const tenHours = async (path: string): Promise<void> => {
  const header = Buffer.alloc(44);
  const dataBytes = 36_000 * 48_000 * 2;
  header.write('RIFF', 0);
  header.writeUInt32LE(dataBytes + 36, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(48_000, 24);
  header.writeUInt32LE(96_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  await writeFile(path, Buffer.concat([header, Buffer.alloc(96_000)]));
};

type Maker = (material: Material) => Promise<string>;

/** Files that are not what an operation hopes for. */
const badFiles: Readonly<Record<string, Maker>> = {
  'audio only': ({ made }) => made('sound.m4a', ...tone(2)),
  'video only': ({ made }) => made('mute.mp4', ...picture('320x180', 2), ...h264),
  'cover art only': ({ made }) =>
    made(
      'cover.mp3',
      ...tone(2),
      ...picture('64x64', 0.04),
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'mjpeg',
      '-disposition:v',
      'attached_pic',
    ),
  truncated: async ({ made, folder }) => {
    const whole = await made('long.mp4', ...picture('320x180', 4), ...tone(4), ...h264, '-movflags', '+faststart');
    const path = join(folder, 'half.mp4');
    await copyFile(whole, path);
    await truncate(path, Math.floor((await stat(whole)).size / 2));
    return path;
  },
  'zero bytes': async ({ folder }) => {
    const path = join(folder, 'empty.mp4');
    await writeFile(path, '');
    return path;
  },
  'a text called mp4': async ({ folder }) => {
    const path = join(folder, 'text.mp4');
    await writeFile(path, 'this is a text, and long enough to be looked at');
    return path;
  },
  'a picture called mp4': async ({ made, folder }) => {
    const path = join(folder, 'picture.mp4');
    await copyFile(await made('small.png', ...picture('64x48', 0.04), '-frames:v', '1'), path);
    return path;
  },
  HDR: ({ made }) =>
    made(
      'hdr.mp4',
      ...picture('320x180', 1),
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p10le',
      '-x265-params',
      'log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc',
    ),
  rotated: ({ made }) =>
    made('turned.mp4', ...picture('320x180', 1), ...tone(1), ...h264, '-metadata:s:v', 'rotate=90'),
  'odd size': ({ made }) => made('odd.mkv', ...picture('321x181', 1), ...tone(1), '-c:v', 'ffv1'),
  'variable rate': ({ made }) =>
    made(
      'vfr.mkv',
      ...picture('320x180', 2),
      ...tone(2),
      '-vf',
      'select=not(mod(n\\,7)*mod(n\\,3))',
      '-fps_mode',
      'vfr',
      ...h264,
    ),
  interlaced: ({ made }) =>
    made(
      'field.ts',
      ...picture('720x576', 1, 50),
      ...tone(1),
      '-vf',
      'tinterlace=interleave_top,fieldorder=tff',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ilme+ildct',
      '-q:v',
      '3',
    ),
  '5.1 sound': ({ made }) =>
    made(
      'surround.mkv',
      ...picture('320x180', 1),
      '-f',
      'lavfi',
      '-i',
      'sine=d=1,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0',
      ...h264,
      '-c:a',
      'ac3',
    ),
  silence: ({ made }) => made('silent.mp4', ...picture('320x180', 2), '-f', 'lavfi', '-i', 'anullsrc=d=2', ...h264),
  'a claim of ten hours': async ({ folder }) => {
    const path = join(folder, 'claim.wav');
    await tenHours(path);
    return path;
  },
};

const attempt = async (
  exec: MediaExec,
  id: OperationId,
  material: Material,
  bad: string,
): Promise<{ outcome: RunOutcome | null; failure: MediaFailure | null; folder: string }> => {
  const operation = operations[id] as Operation;
  const params = operation.params.parse(operation.examples[0]?.params);
  const paths = await goodInputs(operation, params, material);
  const [first = 'source'] = Object.keys(paths);
  const folder = await mkdtemp(join(material.folder, 'bad-'));
  await mkdir(join(folder, 'work'));
  try {
    const outcome = await exec.run({
      operation: id,
      plan: plans[id] as PlanFn,
      params,
      inputs: await openInputs(exec, operation, { ...paths, [first]: bad }),
      workDir: join(folder, 'work'),
      hardware: 'cpu',
      signal: new AbortController().signal,
    });
    return { outcome, failure: null, folder };
  } catch (error) {
    if (!(error instanceof MediaFailure)) throw error;
    return { outcome: null, failure: error, folder };
  }
};

/** A refusal says whose move it is: the file's owner's or the caller's, never "something broke". */
const refusalMisses = ({ code, message }: MediaFailure): string[] => {
  const { fault, retryable } = errorRow(code);
  return fault === 'system' || retryable ? [`fails as ${code}: ${message}`] : [];
};

const outputMisses = async ({ artifacts }: RunOutcome): Promise<string[]> => {
  const misses: string[] = [];
  for (const { name, path, kind, contentType, sizeBytes } of artifacts) {
    if (sizeBytes === 0) misses.push(`${name} is empty`);
    if (kind !== 'file' || !/^(video|audio)\//.test(contentType)) continue;
    const said = await complaints({ path, stream: 0 }).catch((error: unknown) => String(error));
    if (said !== '') misses.push(`${name} does not decode: ${said.slice(0, 200)}`);
  }
  return misses;
};

const missesOf = async (exec: MediaExec, id: OperationId, material: Material, bad: string): Promise<string[]> => {
  const { outcome, failure, folder } = await attempt(exec, id, material, bad);
  const misses = failure ? refusalMisses(failure) : outcome ? await outputMisses(outcome) : [];
  await rm(folder, { recursive: true, force: true });
  return misses;
};

/** Every operation with every file that is not what it hopes for: the right output, or a refusal that says why. */
export const badInputTasks = (exec: MediaExec, material: Material): readonly MediaTask[] => {
  const making = new Map<string, Promise<string>>();
  const madeOnce = (what: string, make: Maker): Promise<string> => {
    const known = making.get(what) ?? make(material);
    making.set(what, known);
    return known;
  };
  return mediaOperations.flatMap((id) =>
    Object.entries(badFiles).map(([what, make]) => {
      const name = `bad input: ${id}: ${what}`;
      const run = async () => {
        const misses = await missesOf(exec, id, material, await madeOnce(what, make));
        return { row: { name, misses }, told: '' };
      };
      return { name, run };
    }),
  );
};
