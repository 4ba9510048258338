import { randomUUID } from 'node:crypto';
import { eraseObject, headObject, objectsUnder, putObject, type Bucket, type StoredObject } from './bucket.ts';
import { touchedAt } from './object-keys.ts';

export const markersOf = async (bucket: Bucket, sha256: string): Promise<StoredObject[]> => {
  const markers: StoredObject[] = [];
  for await (const marker of objectsUnder(bucket, bucket.keys.markers(sha256))) markers.push(marker);
  return markers;
};

/**
 * The latest of what is known about a blob's age. A marker tells the time of the process that put the blob, everything
 * tells that of the bucket: a blob is as new as the later of the two says. A process that deletes compares with its own
 * clock, so clocks must agree to well within the age that it spares.
 */
export const latestOf = (blob: Date, markers: readonly StoredObject[]): Date =>
  new Date(
    Math.max(
      blob.getTime(),
      ...markers.flatMap(({ key, modifiedAt }) => [touchedAt(key).getTime(), modifiedAt.getTime()]),
    ),
  );

/**
 * Marks the blob as new, then looks whether it is there. A delete takes the blob away, then looks for markers: so it
 * sees this one and puts the blob back, or it was early enough for the blob to be missed here.
 */
export const touchBlob = async (bucket: Bucket, sha256: string): Promise<boolean> => {
  const { keys } = bucket;
  const marker = keys.marker(sha256, new Date(), randomUUID());
  await putObject(bucket, marker);
  const [found, markers] = await Promise.all([headObject(bucket, keys.blob(sha256)), markersOf(bucket, sha256)]);
  const outdated = found ? markers.map(({ key }) => key).filter((key) => key < marker) : [marker];
  await Promise.all(outdated.map((key) => eraseObject(bucket, key)));
  return found !== null;
};
