import type { ErrorCode, Hardware } from '@ffapi/contracts';
import type { Token } from '../argv/token.ts';
import type { MediaFacts } from '../facts/media-facts.ts';
import type { TrackLabel } from '../ladder/track-labels.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What this machine's FFmpeg can do; encoders are listed only when one frame was really encoded. */
export interface Capabilities {
  readonly ffmpegVersion: string;
  readonly encoders: readonly string[];
  readonly hardwareEncoders: readonly string[];
  /** Codecs that the GPU decodes. */
  readonly hardwareDecoders: readonly string[];
  /** Which of the GPUs to use; absent: the driver's choice. */
  readonly gpuDevice?: number;
  readonly filters: readonly string[];
  readonly warnings: readonly string[];
  /** Where the tools find the operator's own fonts; absent: there are none. */
  readonly fontsDir?: string;
}

/** A text that a step leaves behind for the next round of planning, or for the result. */
export interface Capture {
  readonly name: string;
  /** `stderr` gives the last 4 KiB of it. */
  readonly from: 'stdout' | 'stderr' | { readonly scratch: string };
}

/** Programs that a step may call; what each of them is stands in `libs/media-exec/src/tools`. */
export type ToolName = 'ffmpeg' | 'ffprobe';

export interface Step {
  readonly id: string;
  readonly tool: ToolName;
  readonly argv: readonly Token[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly timeoutMs?: number;
  /** Share of the whole plan's progress. */
  readonly weight: number;
  /** Length of media that the step's progress counts up to; 0 when unknown. */
  readonly expectedDurationMs: number;
  readonly capture?: Capture | readonly Capture[];
  /** A caller wrote it: a tool that does not accept it is no fault of the platform, and trying again is no use. */
  readonly isHandWritten?: true;
  /** What it captures is worth less than the rest of the plan: where the tool gives up, the texts are empty. */
  readonly mayFail?: true;
  /** Arguments to use instead when the step printed a complaint: seeking into some files decodes garbage with exit code 0. */
  readonly onComplaint?: readonly Token[];
  /** They are used as well when something of `writes` was not written: some seeks lead nowhere, without a word. */
  readonly mustWriteAll?: true;
}

/** Letters of a drawn text that a machine may have no font for. */
export interface DrawnLetters {
  readonly letters: readonly string[];
  /** The one font that they are taken from; null: any that has them. */
  readonly font: string | null;
}

/** What the finished output must look like; absent fields are not checked. */
export interface Expectation {
  readonly durationMs?: number;
  readonly frames?: number;
  readonly width?: number;
  readonly height?: number;
  readonly videoCodec?: string;
  readonly audioCodec?: string;
  readonly videoStreams?: number;
  readonly audioStreams?: number;
}

export interface PlannedOutput {
  /** File name shown to the user; a bundle is a folder of this name. */
  readonly name: string;
  readonly kind: 'file' | 'bundle';
  readonly contentType: string;
  /** The file inside of a bundle that a player opens. */
  readonly main?: string;
  readonly expect: Expectation;
  /** Text that the plan itself computed; no step writes such a file. */
  readonly content?: string;
  /** Work on the finished files that needs their sizes, or what a muxer made of them. */
  readonly post?: LadderPost;
  /** How the output is looked at afterwards. */
  readonly verify: 'probe' | 'image' | 'none';
}

/** What a ladder's manifest says beyond what its muxer knows. */
export interface LadderPost {
  readonly kind: 'hls-master' | 'dash-manifest';
  /** What was encoded: pictures first, then sound, in the muxer's order. */
  readonly renditions: readonly HlsRendition[];
  /** Of renditions of sound, by name. */
  readonly labels: Readonly<Record<string, TrackLabel>>;
  readonly captions: readonly CaptionTrack[];
}

/** Subtitles beside a ladder. */
export interface CaptionTrack {
  readonly name: string;
  readonly label: TrackLabel;
  /** WebVTT whose times count from the beginning of the ladder. */
  readonly text: string;
  readonly durationMs: number;
}

export interface HlsRendition {
  readonly name: string;
  readonly role: 'video' | 'audio';
  readonly frameRate?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A text as it is, or FFmpeg's list of files to read one after the other, whose paths only the executor knows. */
export type ScratchText =
  | string
  | { readonly concat: readonly ({ readonly in: string } | { readonly scratch: string })[] };

export interface Plan {
  readonly kind: 'measure' | 'run';
  /** Where the picture is encoded. */
  readonly device: 'cpu' | 'gpu';
  readonly decodesOnGpu?: true;
  readonly steps: readonly Step[];
  /** Texts that lie in the scratch folder before the first step: what is drawn, lists, scripts of filters. */
  readonly scratch?: Readonly<Record<string, ScratchText>>;
  readonly outputs: readonly PlannedOutput[];
  /** What is looked for among the fonts of the worker before the first step. */
  readonly drawn?: DrawnLetters;
  /** A value `{ captured: name }` stands for the JSON that a step printed. */
  readonly result?: Json;
  readonly warnings: readonly string[];
  /** What each tool of the plan is held to while it runs. */
  readonly limits?: { readonly memoryBytes: number };
  readonly estimate: { readonly durationMs: number; readonly frames?: number };
  /** Of a round of measuring: which part it is of all that is still to be done, from 0 to 1; an eighth when absent. */
  readonly measureShare?: number;
}

export interface PlanInput<P> {
  readonly params: P;
  readonly facts: Readonly<Record<string, MediaFacts>>;
  readonly caps: Capabilities;
  /** Captured texts of earlier `measure` rounds. */
  readonly measured: Readonly<Record<string, unknown>>;
  readonly hardware: Hardware;
}

export type PlanFn<P = never> = (input: PlanInput<P>) => Plan;

/** A judgement on the input that ends the job; the code is from the error table. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const refusePlan = (code: ErrorCode, message: string): never => {
  throw new PlanRefusal(code, message);
};
