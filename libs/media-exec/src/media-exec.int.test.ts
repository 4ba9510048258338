import { readFile, readdir } from 'node:fs/promises';
import { plans } from '@ffapi/media';
import type { Plan, PlanFn } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import { pictureEncoders, soundEncoders } from './capabilities.ts';
import { convert, execOf, failureOf, file, made, real, shortClip, stub } from './fixtures/scratch.ts';
import { createMediaExec } from './index.ts';
import type { MediaExec, Progress } from './index.ts';

/** Command lines of living processes that contain all of these words. */
const processesNaming = async (...words: string[]): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => words.every((word) => line.includes(word)));
};

const exec = execOf('required');
const clip = await shortClip();

describe('a cancel', () => {
  it('ends the whole tree inside of the sandbox at once', async () => {
    const long = await made(
      'long.mp4',
      ...'-f lavfi -i testsrc2=s=640x360:r=25:d=60 -c:v libx264 -preset ultrafast'.split(' '),
    );
    const cancel = new AbortController();
    let cancelledAt = 0;
    // The first frames prove that the encoder runs.
    const onProgress = (progress: Progress): void => {
      if (cancelledAt !== 0 || !progress.frame) return;
      cancelledAt = performance.now();
      cancel.abort();
    };
    const work = convert(exec, long, { video_codec: 'hevc', preset: 'quality' }, { signal: cancel.signal, onProgress });
    expect((await failureOf(work)).code).toBe('job_cancelled');
    expect(performance.now() - cancelledAt).toBeLessThan(20_000);
    await expect.poll(() => processesNaming('libx265', 'veryslow')).toEqual([]);
  });
});

describe('encoders', () => {
  it.each(['hevc', 'av1'])(
    'have nothing to say while they make %s: the sandbox shows them the processors',
    async (codec) => {
      const said: string[] = [];
      await convert(
        exec,
        clip,
        { video_codec: codec, preset: 'fast', audio_codec: 'none' },
        { onLog: (line) => said.push(line) },
      );
      expect(said).toEqual([]);
    },
  );
});

describe('capabilities', () => {
  const bare = (ffmpegPath: string): MediaExec =>
    createMediaExec({ ffmpegPath, ffprobePath: real.ffprobe, sandbox: 'off' });

  it('are what really encodes a frame', async () => {
    const found = await createMediaExec({
      ffmpegPath: real.ffmpeg,
      ffprobePath: real.ffprobe,
      sandbox: 'required',
    }).capabilities();
    expect(found.ffmpegVersion).toMatch(/^n?\d+\./);
    expect(found.encoders).toEqual(expect.arrayContaining(['libx264', 'aac']));
    expect(found.filters).toContain('scale');
    expect(found.hardwareEncoders).toEqual([]);
  });

  it('leave out what is listed and does not encode', async () => {
    const tool = await stub(`case " $* " in *" libopus "*) exit 1;; esac; exec ${real.ffmpeg} "$@"`);
    const { encoders } = await bare(tool).capabilities();
    expect(encoders).toEqual([...pictureEncoders, ...soundEncoders].filter((name) => name !== 'libopus'));
  });

  it('and the walls are looked at once, however many ask', async () => {
    const runs = await file('runs', '');
    const looking = bare(await stub(`echo "$*" >> ${runs}; exec ${real.ffmpeg} "$@"`));
    const asked = await Promise.all([
      looking.selfTest(),
      looking.selfTest(),
      looking.capabilities(),
      looking.capabilities(),
    ]);
    expect(asked).toMatchObject([{ ok: true }, { ok: true }, {}, {}]);
    await Promise.all([looking.selfTest(), looking.capabilities()]);
    const lines = (await readFile(runs, 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line.includes('secret.txt'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('libx264'))).toHaveLength(1);
  });
});

describe('conversions', () => {
  it('gives a file that is what the plan promised, with rising progress', async () => {
    const seen: Progress[] = [];
    const announced: Plan[] = [];
    const outcome = await convert(
      exec,
      clip,
      { resolution: '240x136', preset: 'fast' },
      { onProgress: (p) => seen.push(p), onPlan: (p) => announced.push(p) },
    );
    expect(outcome.artifacts).toMatchObject([
      {
        name: 'output.mp4',
        kind: 'file',
        contentType: 'video/mp4',
        media: { width: 240, height: 136, videoCodec: 'h264', audioCodec: 'aac' },
      },
    ]);
    expect(outcome.stats).toMatchObject({ frames: 50, device: 'cpu' });
    expect(announced).toEqual([outcome.plan]);
    const percents = seen.map((progress) => progress.percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(99);
  });

  it('takes one step for a remux', async () => {
    const outcome = await convert(exec, clip, { output_format: 'mkv' });
    expect(outcome.plan.steps).toHaveLength(1);
    expect(outcome.artifacts[0]?.media).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
  });

  it.each([
    ['mov', { output_format: 'mov', crf: 30 }],
    ['webm', { output_format: 'webm', preset: 'fast' }],
    ['two passes', { output_format: 'mp4', video_bitrate: '300k', two_pass: true }],
    [
      'two passes of hevc',
      { output_format: 'mp4', video_codec: 'hevc', video_bitrate: '200k', two_pass: true, encoder_preset: 'ultrafast' },
    ],
    ['two passes of vp9', { output_format: 'webm', video_bitrate: '200k', two_pass: true, preset: 'fast' }],
    ['av1', { output_format: 'mp4', video_codec: 'av1', encoder_preset: '12' }],
    ['mp3', { output_format: 'mp3' }],
    ['m4a', { output_format: 'm4a' }],
    ['aac', { output_format: 'aac' }],
    ['flac', { output_format: 'flac' }],
    ['wav', { output_format: 'wav' }],
    ['ogg', { output_format: 'ogg' }],
    ['opus', { output_format: 'opus' }],
  ])('%s', async (_, params) => {
    const outcome = await convert(exec, clip, params);
    expect(outcome.artifacts[0]?.media.durationMs).toBeGreaterThan(1_900);
  });

  it('mixes surround into opus that keeps its channels', async () => {
    const surround = await made(
      'surround.mkv',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-af',
      'aformat=channel_layouts=5.1(side)',
      '-c:a',
      'ac3',
    );
    expect((await convert(exec, surround, { output_format: 'opus' })).artifacts[0]?.media.audioCodec).toBe('opus');
  });

  it('turns HDR of odd size into SDR of even size', async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc=s=321x181:r=10:d=1'];
    const hdr = await made(
      'hdr.mkv',
      ...source,
      '-vf',
      'format=yuv420p10le',
      '-c:v',
      'ffv1',
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'smpte2084',
      '-colorspace',
      'bt2020nc',
    );
    const { facts } = await exec.probe(hdr);
    expect(facts.video[0]).toMatchObject({ isHdr: true, bitDepth: 10, displayWidth: 321 });
    expect((await convert(exec, hdr, { crf: 30 })).artifacts[0]?.media).toMatchObject({ width: 322, height: 182 });
  });

  it.each(['mp4', 'mkv', 'webm'])('carries subtitles into %s', async (container) => {
    const words = await file('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n');
    const subtitled = await made('subtitled.mkv', '-i', clip, '-i', words, '-map', '0', '-map', '1', '-c', 'copy');
    const outcome = await convert(exec, subtitled, { output_format: container, preset: 'fast' });
    const { facts } = await exec.probe(outcome.artifacts[0]?.path ?? '');
    expect(facts.subtitles).toHaveLength(1);
  });

  it('turns a film that was shot upright', async () => {
    const upright = await made('upright.mp4', '-i', clip, '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
    const { facts } = await exec.probe(upright);
    expect(facts.video[0]).toMatchObject({ displayWidth: 180, displayHeight: 320 });
    expect((await convert(exec, upright, { crf: 30 })).artifacts[0]?.media).toMatchObject({ width: 180, height: 320 });
    const stills = await convert(exec, upright, { count: 1, method: 'uniform', width: 90 }, { id: 'video.thumbnails' });
    expect(stills.artifacts[0]?.media).toMatchObject({ width: 90, height: 160 });
  });

  it('keeps the length of a film whose frame rate varies', async () => {
    const varying = await made(
      'varying.mkv',
      '-f',
      'lavfi',
      '-i',
      'testsrc=s=64x64:r=30:d=4',
      '-vf',
      'select=not(mod(n\\,5))+lt(n\\,30)',
      '-fps_mode',
      'vfr',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    );
    const outcome = await convert(exec, varying, { output_format: 'mp4', crf: 30 });
    expect(outcome.artifacts[0]?.media.durationMs).toBeGreaterThan(3_700);
    expect(outcome.stats.frames).toBe(48);
  });

  it('refuses at planning what the file cannot give', async () => {
    expect((await failureOf(convert(exec, clip, { output_format: 'webm', video_codec: 'copy' }))).code).toBe(
      'codec_container_mismatch',
    );
  });
});

describe('probe', () => {
  it('answers with ffprobe’s JSON and no path', async () => {
    const outcome = await convert(exec, clip, { count_frames: true, select_streams: 'v:0' }, { id: 'probe' });
    expect(outcome.result).toMatchObject({ streams: [{ codec_name: 'h264', nb_read_frames: '50' }] });
    expect(JSON.stringify(outcome.result)).not.toContain('/in/');
  });

  it('works without a sandbox too, and hides the path', async () => {
    const { raw, ffprobeVersion } = await execOf('off').probe(clip);
    expect(raw).toMatchObject({ format: { filename: 'clip.mp4' } });
    expect(ffprobeVersion).toMatch(/\d/);
  });
});

describe('dry run', () => {
  it('gives the plan and starts nothing', async () => {
    const { facts } = await exec.probe(clip);
    const inputs = { source: { path: clip, facts } };
    const request = {
      plan: plans.transcode as PlanFn,
      params: { crf: 20, two_pass: false },
      inputs,
      hardware: 'auto' as const,
    };
    expect((await exec.dryRun(request)).steps[0]?.argv).toContainEqual({ resolved: 'threads' });
    const smart = {
      ...request,
      plan: plans['video.thumbnails'] as PlanFn,
      params: { method: 'smart', count: 1, format: 'jpeg' },
    };
    expect((await exec.dryRun(smart)).kind).toBe('measure');
  });
});
