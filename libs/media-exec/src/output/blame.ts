import { statfs } from 'node:fs/promises';
import { MediaFailure } from '../media-failure.ts';
import type { StepsOutcome } from '../run-steps.ts';

/** A disk with less than this left is what spoilt the output. */
const freeBytesMin = 1024 * 1024;

const isDiskFull = async (folder: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < freeBytesMin;
};

/** Whatever is unreadable here is our own output, not the input. */
const asOutputFailure = (error: unknown): MediaFailure => {
  if (!(error instanceof MediaFailure))
    return new MediaFailure('output_invalid', { message: 'the output is incomplete' });
  return error.code.startsWith('media_') ? new MediaFailure('output_invalid', error.details, error.stderrTail) : error;
};

/** The failure that stands behind a bad output: a full disk, an input that is cut off, or the tool. */
export const blame = async (error: unknown, workDir: string, outcome: StepsOutcome): Promise<MediaFailure> => {
  const failure = asOutputFailure(error);
  if (failure.code !== 'output_invalid' && failure.code !== 'output_truncated') return failure;
  if (await isDiskFull(workDir)) return new MediaFailure('disk_full', failure.details, outcome.stderrTail);
  // A still from behind the end of what is there is simply missing: only the tool's words tell why.
  const isCutOff = outcome.complaint === 'media_truncated';
  return isCutOff || (failure.code === 'output_truncated' && outcome.complaints > 0)
    ? new MediaFailure('media_truncated', failure.details, outcome.stderrTail)
    : failure;
};
