import type { ErrorRow } from './shape.ts';

const row = (
  status: number,
  fault: ErrorRow['fault'],
  retryable: boolean,
  title: string,
  hint: string,
): ErrorRow => ({ status, title, fault, retryable, hint });

/** Every way in which media work can fail; codes are never reused. */
export const mediaErrors = {
  media_unreadable: row(422, 'input', false, 'The file is not readable media.', 'Check that it plays locally, then upload it again.'),
  media_empty: row(422, 'input', false, 'The file is empty.', 'Upload the file again.'),
  media_truncated: row(422, 'input', false, 'The file is cut off: it holds less than it announces.', 'Upload the whole file.'),
  media_no_streams: row(422, 'input', false, 'The file has neither picture nor sound.', 'Send a file with a video or audio track.'),
  media_no_video_stream: row(422, 'input', false, 'The file has no video track.', 'Send a video, or ask for an audio format.'),
  media_no_audio_stream: row(422, 'input', false, 'The file has no audio track.', 'Send a file with sound.'),
  media_type_refused: row(422, 'input', false, 'This type of file is not accepted.', 'Send MP4, MOV, MKV, WebM, MPEG-TS, AVI, FLV, or a common audio or image file; playlists and SVG are refused.'),
  media_codec_refused: row(422, 'input', false, 'The file uses a codec that is not accepted.', 'Convert it to a common codec first.'),
  media_too_large: row(422, 'input', false, 'The picture has too many pixels, or the file too many streams.', 'Send a smaller picture.'),
  media_too_long: row(422, 'input', false, 'The file lasts longer than allowed.', 'Cut it into parts.'),
  codec_container_mismatch: row(422, 'request', false, 'The container cannot carry this codec.', 'Choose one of the pairs named in the message.'),
  param_conflict: row(422, 'request', false, 'Two fields contradict each other.', 'Remove one of them.'),
  param_out_of_range: row(422, 'request', false, 'A field is outside of its range.', 'Use a value from the range named in the message.'),
  preset_unknown: row(422, 'request', false, 'There is no preset of this name.', 'See GET /v1/presets.'),
  encoder_unavailable: row(422, 'system', false, 'No worker of this kind can encode this codec.', 'Choose another codec, or hardware auto.'),
  hardware_unavailable: row(503, 'system', true, 'The GPU encoder did not start.', 'Use hardware auto or cpu.'),
  ffmpeg_missing: row(503, 'system', true, 'The media tools are not installed on the worker.', 'Install ffmpeg, or set FFMPEG_PATH and FFPROBE_PATH.'),
  ffmpeg_failed: row(500, 'system', true, 'The media tool stopped with an error.', 'See the job’s log.'),
  ffmpeg_killed: row(500, 'system', true, 'The media tool was killed.', 'See the worker’s memory limit and the job’s log.'),
  ffmpeg_stalled: row(500, 'system', true, 'The media tool made no progress.', 'See the job’s log.'),
  ffmpeg_timeout: row(500, 'request', false, 'The work took longer than allowed.', 'Choose a faster preset, or raise FFMPEG_TIMEOUT_SECONDS.'),
  job_cancelled: row(409, 'request', false, 'The work was cancelled.', 'Submit the job again if this was not intended.'),
  output_invalid: row(500, 'system', true, 'The output is not what was asked for.', 'See the job’s log.'),
  output_truncated: row(500, 'system', true, 'The output is shorter than it should be.', 'See the job’s log.'),
  output_too_large: row(422, 'request', false, 'The output grew beyond the allowed size.', 'Choose a lower quality, or a smaller frame.'),
  disk_full: row(507, 'system', true, 'The worker’s disk is full.', 'Free some space; the job is tried again.'),
  resource_exhausted: row(503, 'system', true, 'The worker ran out of memory.', 'Raise the memory limit, or choose a smaller frame.'),
  sandbox_unavailable: row(503, 'system', true, 'The sandbox for media tools does not work here.', 'Install bubblewrap, or set SANDBOX; see the documentation.'),
} as const satisfies Record<string, ErrorRow>;

export type MediaErrorCode = keyof typeof mediaErrors;
