import { PassThrough, Transform } from 'node:stream';
import type { ServiceContext } from '@ffapi/service-kit';

/** Room that is asked for at a time when nobody says how much will come. */
const stepBytes = 1024 * 1024;
/** A form may have this much around its file. */
const formBytes = 2_048;
/** Room that is held on to this often is not taken for forgotten. */
const holdMs = 60_000;

interface Upload {
  readonly fileId: string;
  readonly apiKeyId: string;
  /** What the request says of its length; `null`: nothing. */
  readonly announcedBytes: number | null;
}

/** Lets bytes through for which room was found; asks for more as they come, before they go on. */
export const withinQuota = async (
  context: ServiceContext,
  { fileId, apiKeyId, announcedBytes }: Upload,
): Promise<Transform> => {
  const step = announcedBytes === null ? stepBytes : 0;
  const reserve = async (bytes: number) =>
    (await context.request('asset.reserve', { fileId, apiKeyId, bytes })).isLimited;
  let reservedBytes = announcedBytes === null ? step : Math.max(0, announcedBytes - formBytes);
  let [seenBytes, heldAtMs] = [0, performance.now()];
  if (!(await reserve(reservedBytes))) return new PassThrough();
  const pass = async (chunk: Buffer): Promise<Buffer> => {
    seenBytes += chunk.length;
    if (seenBytes > reservedBytes || performance.now() - heldAtMs > holdMs) {
      if (seenBytes > reservedBytes) reservedBytes = seenBytes + step;
      heldAtMs = performance.now();
      await reserve(reservedBytes);
    }
    return chunk;
  };
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      pass(chunk).then(
        (same) => done(null, same),
        (error: Error) => done(error),
      );
    },
  });
};
