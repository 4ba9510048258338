import type { Container } from '@ffapi/contracts';

const muxers: Partial<Readonly<Record<Container, readonly string[]>>> = {
  mp4: ['-movflags', '+faststart', '-f', 'mp4'],
  mov: ['-movflags', '+faststart', '-f', 'mov'],
  mkv: ['-f', 'matroska'],
  webm: ['-f', 'webm'],
  mp3: ['-f', 'mp3'],
  m4a: ['-movflags', '+faststart', '-f', 'ipod'],
  aac: ['-f', 'adts'],
  flac: ['-f', 'flac'],
  wav: ['-f', 'wav'],
  ogg: ['-f', 'ogg'],
  opus: ['-f', 'opus'],
};

/** What makes one file of a container out of the encoded streams. */
export const muxerArgs = (container: Container): string[] => [
  // Frames of a stream that starts late must not overflow the muxer's queue.
  '-max_muxing_queue_size',
  '4096',
  ...(muxers[container] ?? []),
];
