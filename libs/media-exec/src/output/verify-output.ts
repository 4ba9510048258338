import { join } from 'node:path';
import { checkOutput, dashDurationMs, imageSize, parseProbe } from '@ffapi/media';
import type { MediaFacts, PlannedOutput } from '@ffapi/media';
import { MediaFailure } from '../media-failure.ts';
import { probeBundle, probeRaw, sniffFile, withLengths } from '../probe-file.ts';
import type { ProbeOptions } from '../probe-file.ts';
import type { Tools } from '../tools/index.ts';
import { outputPath, type Left } from './collect.ts';
import { emptySummary, summaryOfFacts, summaryOfImage } from './media-summary.ts';
import type { MediaSummary } from './media-summary.ts';
import { readToolFile } from './tool-files.ts';
import { brokenSegment } from './whole-segments.ts';

const flags = ['-show_format', '-show_streams'];

/** What says nothing of sound behind the picture, or guesses by the last times that it finds. */
const vague = ['avi', 'mpeg'];

const outputFacts = async (
  tools: Tools,
  workDir: string,
  output: PlannedOutput,
  left: Left,
  options: ProbeOptions,
): Promise<MediaFacts> => {
  const path = outputPath(workDir, output);
  if (output.kind === 'bundle') {
    const main = output.main ?? '';
    const demuxer = main.endsWith('.mpd') ? 'dash' : 'hls';
    const facts = parseProbe(await probeBundle(tools, { folder: path, main, demuxer }, flags, options), demuxer);
    if (demuxer === 'hls') return facts;
    const manifest = await readToolFile(
      workDir,
      join(path, main),
      left.entries.find((entry) => entry.path === main)?.identity,
    );
    return { ...facts, durationMs: dashDurationMs(manifest.toString()) };
  }
  const demuxer = await sniffFile(path, left.entries[0]?.identity);
  const facts = parseProbe(await probeRaw(tools, { path, demuxer }, flags, options), demuxer);
  return vague.includes(demuxer) ? withLengths(tools, path, facts, options) : facts;
};

const verifyMedia = async (
  tools: Tools,
  workDir: string,
  output: PlannedOutput,
  left: Left,
  options: ProbeOptions & { readonly outTimeMs: number | null },
): Promise<MediaSummary> => {
  const probed = await outputFacts(tools, workDir, output, left, options);
  // ADTS has no header with a duration: ffprobe only guesses one from the first frames' rate.
  const facts = probed.demuxer === 'aac' ? { ...probed, durationMs: options.outTimeMs } : probed;
  const shortfall = checkOutput(output.expect, facts);
  if (shortfall) throw new MediaFailure(shortfall.code, { message: shortfall.message });
  return summaryOfFacts(facts);
};

const verifyImage = async (workDir: string, output: PlannedOutput, left: Left): Promise<MediaSummary> => {
  const size = imageSize(await readToolFile(workDir, outputPath(workDir, output), left.entries[0]?.identity));
  if (size === null || size.width !== output.expect.width || size.height !== output.expect.height)
    throw new MediaFailure('output_invalid', { message: `${output.name} is not the image that was asked for` });
  return summaryOfImage(size);
};

const verifySegments = async (workDir: string, { entries }: Left): Promise<void> => {
  const broken = await brokenSegment(workDir, entries);
  if (broken !== null) throw new MediaFailure('output_invalid', { message: `${broken} is cut off` });
};

/** Looks at a finished output and says what it is; throws when it is not what the plan promised. */
export const verifyOutput = async (
  tools: Tools,
  workDir: string,
  output: PlannedOutput,
  left: Left,
  options: ProbeOptions & { readonly outTimeMs: number | null },
): Promise<MediaSummary> => {
  if (left.sizeBytes === 0)
    throw new MediaFailure('output_invalid', { message: `${output.name} is empty or missing`, missing: output.name });
  if (output.kind === 'bundle') await verifySegments(workDir, left);
  if (output.verify === 'image') return verifyImage(workDir, output, left);
  return output.verify === 'probe' ? verifyMedia(tools, workDir, output, left, options) : emptySummary();
};
