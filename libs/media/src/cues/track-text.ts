/** The tool stops there without a word; in no encoding of letters is that less than what is read. */
export const writtenBytesMax = 41_943_040;
export const lettersMax = 10_485_760;

const writers: Readonly<Record<string, readonly string[]>> = {
  ass: ['-c:s', 'copy', '-f', 'ass'],
  ssa: ['-c:s', 'copy', '-f', 'ass'],
  subrip: ['-c:s', 'copy', '-f', 'srt'],
  webvtt: ['-c:s', 'copy', '-f', 'webvtt'],
};

/** How a track comes out as text: as it is where it has a file format of its own, otherwise as SRT. */
export const trackWriter = (codec: string): readonly string[] => writers[codec] ?? ['-c:s', 'srt', '-f', 'srt'];
