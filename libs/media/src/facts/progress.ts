/** One block of FFmpeg's `-progress` output. */
export interface ProgressBlock {
  readonly frame: number | null;
  readonly fps: number | null;
  readonly speed: number | null;
  readonly outTimeMs: number | null;
  readonly sizeBytes: number | null;
  readonly isEnd: boolean;
}

const finite = (value: string | undefined): number | null => {
  const parsed = value === undefined ? Number.NaN : Number.parseFloat(value);
  return Number.isFinite(parsed) ? parsed : null;
};

/** The blocks that are complete in `text`, and the rest to put before the next read. */
export const parseProgress = (text: string): { blocks: ProgressBlock[]; rest: string } => {
  const blocks: ProgressBlock[] = [];
  let fields = new Map<string, string>();
  let consumed = 0;
  for (let at = 0, end = text.indexOf('\n'); end !== -1; at = end + 1, end = text.indexOf('\n', at)) {
    const line = text.slice(at, end).trim();
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1).trim());
    if (!line.startsWith('progress=')) continue;
    // out_time_ms is in microseconds too; out_time_us says what it is.
    const microseconds = finite(fields.get('out_time_us'));
    blocks.push({
      frame: finite(fields.get('frame')),
      fps: finite(fields.get('fps')),
      speed: finite(fields.get('speed')),
      outTimeMs: microseconds === null ? null : Math.max(0, microseconds / 1000),
      sizeBytes: finite(fields.get('total_size')),
      isEnd: line === 'progress=end',
    });
    fields = new Map();
    consumed = end + 1;
  }
  return { blocks, rest: text.slice(consumed) };
};
