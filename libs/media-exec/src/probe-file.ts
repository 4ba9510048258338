import { mkdir, mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlainFile } from '@ffapi/blob';
import type { FileIdentity } from '@ffapi/blob';
import {
  bundleProbeArgv,
  firstFrameFlags,
  id3Bytes,
  imageSize,
  masteringOfFrames,
  mustBeMeasured,
  packetFlags,
  parseProbe,
  pictureOf,
  pixelsMax,
  probeArgv,
  sniff,
  sniffBehindTag,
  sniffBytes,
  SpanMeter,
  whyUnread,
  withEnds,
} from '@ffapi/media';
import type { ErrorCode } from '@ffapi/contracts';
import type { MediaFacts, Token } from '@ffapi/media';
import { checkImage } from './image/check-image.ts';
import { withLying } from './image/lying.ts';
import { MediaFailure } from './media-failure.ts';
import { readProbeJson } from './output/probe-json.ts';
import { codeWithin } from './process/classify.ts';
import { redactPaths } from './process/redact.ts';
import { resolveArgv } from './process/resolve-argv.ts';
import { runTool } from './process/run-tool.ts';
import type { ToolResult } from './process/run-tool.ts';
import type { Mounts } from './sandbox/sandbox.ts';
import { ffprobe, toolCommand, type Tools } from './tools/index.ts';

export interface Probed {
  readonly facts: MediaFacts;
  readonly raw: unknown;
  readonly ffprobeVersion: string;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  readonly flags?: readonly string[];
  readonly wallClockMs?: number;
  readonly stallMs?: number;
  /** Longest media that is accepted; one frame far in the future makes a kilobyte last for months. */
  readonly durationMsMax?: number;
}

const dayMs = 86_400_000;

const readHead = async (file: FileHandle, at: number): Promise<Uint8Array> => {
  const { bytesRead, buffer } = await file.read(new Uint8Array(sniffBytes), 0, sniffBytes, at);
  return buffer.subarray(0, bytesRead);
};

/** Taggers put a tag in front of another's; none puts many. */
const tagsMax = 8;

/** The first bytes of the media itself, behind the tags in front of it. */
const readBehindTags = async (file: FileHandle): Promise<{ head: Uint8Array; isTagged: boolean }> => {
  let [head, at] = [await readHead(file, 0), 0];
  for (let tags = 0; tags < tagsMax && id3Bytes(head) > 0; tags++) {
    at += id3Bytes(head);
    head = await readHead(file, at);
  }
  return { head, isTagged: at > 0 };
};

/** The demuxer for an untrusted file, chosen by its first bytes; refuses what is not accepted. */
export const sniffFile = async (path: string, as?: FileIdentity): Promise<string> => {
  await using file = await openPlainFile(path, { as });
  const { head, isTagged } = await readBehindTags(file);
  if (head.length === 0 && isTagged)
    throw new MediaFailure('media_truncated', { message: 'The file ends with its ID3 tag; no sound follows.' });
  if (head.length === 0) throw new MediaFailure('media_empty');
  const why = whyUnread(head);
  if (why !== null) throw new MediaFailure('media_type_refused', { message: why });
  const type = isTagged ? sniffBehindTag(head) : sniff(head);
  if (type === null) throw new MediaFailure('media_type_refused');
  const size = type.kind === 'image' ? imageSize(head) : null;
  // ffprobe only warns about an image of too many pixels, and the decoder allocates it first.
  if (size !== null && size.width * size.height > pixelsMax) throw new MediaFailure('media_too_large');
  return type.demuxer;
};

const probeFlags = [
  '-show_format',
  '-show_streams',
  '-show_chapters',
  '-show_program_version',
  '-show_entries',
  'program=program_id:program_tags=service_name:program_stream=index',
];

/** A photo is decoded: only its frame says how it lies. */
const photoFlags = (demuxer: string): string[] => (demuxer === 'jpeg_pipe' ? firstFrameFlags(0) : []);

const { memoryBytes, ...patience } = ffprobe.look;

/** What a look at a file ends in is about the file, unless the tool itself broke. */
const asInputs: Partial<Record<ErrorCode, { readonly code: ErrorCode; readonly message?: string }>> = {
  ffmpeg_failed: { code: 'media_unreadable' },
  ffmpeg_timeout: { code: 'media_unreadable', message: 'It takes too long to find out what the file is.' },
  output_too_large: { code: 'media_too_large', message: 'The file says too much about itself.' },
};

const failIfBad = (result: ToolResult, tools: Tools, mounts: Mounts): void => {
  const code = codeWithin(result, tools.sandbox.level, ffprobe, memoryBytes, 'media_too_large');
  if (code === null) return;
  const { code: aboutFile, ...said } = asInputs[code] ?? { code };
  throw new MediaFailure(
    aboutFile,
    { ...said, exitCode: result.exitCode, signal: result.signal },
    redactPaths(result.stderrTail, mounts),
  );
};

const runProbe = async (
  tools: Tools,
  source: string,
  argv: readonly Token[],
  options: ProbeOptions,
  onLine?: (line: string) => void,
): Promise<string> => {
  const workDir = await mkdtemp(join(tmpdir(), 'ffapi-probe-'));
  try {
    await mkdir(join(workDir, 'scratch'));
    const mounts: Mounts = { inputs: { source }, workDir };
    const real = resolveArgv(argv, tools.sandbox, mounts, ffprobe.resolve(argv, 1));
    const command = toolCommand(tools, ffprobe, real, mounts, { memoryBytes });
    const result = await runTool({
      ...command,
      wallClockMs: options.wallClockMs ?? patience.wallClockMs,
      stallMs: options.stallMs ?? patience.stallMs,
      signal: options.signal,
      memoryBytesMax: memoryBytes,
      stdout: onLine ? { onLine } : 'capture',
    });
    failIfBad(result, tools, mounts);
    return result.stdout;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
};

/** Runs ffprobe over one file whose demuxer is known, and returns its JSON. */
export const probeRaw = async (
  tools: Tools,
  input: { readonly path: string; readonly demuxer: string },
  flags: readonly string[],
  options: ProbeOptions = {},
): Promise<Record<string, unknown>> =>
  readProbeJson(await runProbe(tools, input.path, probeArgv(input.demuxer, flags), options));

/** Runs ffprobe over a manifest of our own making, which may open the files beside it. */
export const probeBundle = async (
  tools: Tools,
  bundle: { readonly folder: string; readonly main: string; readonly demuxer: 'hls' | 'dash' },
  flags: readonly string[],
  options: ProbeOptions = {},
): Promise<Record<string, unknown>> =>
  readProbeJson(await runProbe(tools, bundle.folder, bundleProbeArgv(bundle.demuxer, bundle.main, flags), options));

/** The facts with the lengths that its packets have, where the header does not count them. */
export const withLengths = async (
  tools: Tools,
  path: string,
  facts: MediaFacts,
  options: ProbeOptions,
): Promise<MediaFacts> => {
  if (!mustBeMeasured(facts)) return facts;
  const timed = [...facts.video, ...facts.audio].map(({ index }) => index);
  const meter = new SpanMeter(facts.demuxer, new Set(timed));
  await runProbe(tools, path, probeArgv(facts.demuxer, packetFlags), options, (line) => meter.add(line));
  return withEnds(facts, meter.ends());
};

/** The facts with how the picture was mastered, which HEVC and AV1 may say in their first frame alone. */
const withMastering = async (
  tools: Tools,
  path: string,
  facts: MediaFacts,
  options: ProbeOptions,
): Promise<MediaFacts> => {
  const picture = pictureOf(facts);
  if (picture === null || picture.colorTransfer !== 'smpte2084' || picture.mastering) return facts;
  const { demuxer } = facts;
  const mastering = masteringOfFrames(
    await probeRaw(tools, { path, demuxer }, firstFrameFlags(picture.index), options),
  );
  if (mastering === null) return facts;
  return { ...facts, video: facts.video.map((stream) => (stream === picture ? { ...stream, mastering } : stream)) };
};

const versionOf = (raw: Record<string, unknown>): string => {
  const program = raw.program_version as { version?: unknown } | undefined;
  return typeof program?.version === 'string' ? program.version : 'unknown';
};

/** The facts of one untrusted file, read in the sandbox with the demuxer its first bytes name. */
export const probeFile = async (tools: Tools, path: string, options: ProbeOptions = {}): Promise<Probed> => {
  const demuxer = await sniffFile(path);
  await checkImage(path, demuxer);
  const flags = [...probeFlags, ...photoFlags(demuxer), ...(options.flags ?? [])];
  const raw = await probeRaw(tools, { path, demuxer }, flags, options);
  const long = await withLengths(tools, path, parseProbe(raw, demuxer), options);
  const facts = await withLying(path, await withMastering(tools, path, long, options));
  if (facts.video.length + facts.audio.length === 0) throw new MediaFailure('media_no_streams');
  const isBlind = facts.audio.length === 0 && facts.video.every((stream) => stream.width === 0);
  if (isBlind) throw new MediaFailure('media_unreadable', { message: 'the picture has no size' });
  if (facts.video.some((stream) => stream.width * stream.height > pixelsMax)) throw new MediaFailure('media_too_large');
  if ((facts.durationMs ?? 0) > (options.durationMsMax ?? dayMs)) throw new MediaFailure('media_too_long');
  return { facts, raw, ffprobeVersion: versionOf(raw) };
};
