/** The arguments that write one file of a container. */
export const muxers: Readonly<Record<string, readonly string[]>> = {
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
  mov: ['-movflags', '+faststart', '-f', 'mov'],
  mkv: ['-f', 'matroska'],
  webm: ['-f', 'webm'],
  ts: ['-f', 'mpegts'],
  avi: ['-f', 'avi'],
  mpg: ['-f', 'vob'],
  mxf: ['-f', 'mxf'],
  mp3: ['-f', 'mp3'],
  m4a: ['-movflags', '+faststart', '-f', 'ipod'],
  aac: ['-f', 'adts'],
  flac: ['-f', 'flac'],
  wav: ['-f', 'wav'],
  ogg: ['-f', 'ogg'],
  opus: ['-f', 'opus'],
};

/** The same for streams that may begin at different times: a late one must not overflow the muxer's queue. */
export const muxerArgs = (container: string): string[] => [
  '-max_muxing_queue_size',
  '4096',
  ...(muxers[container] ?? []),
];

/** The arguments that write the first frame alone, as an image. */
export const oneImage: readonly string[] = ['-frames:v', '1', '-update', '1', '-f', 'image2'];
