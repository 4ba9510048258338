import type { BlobItem, ContainerListBlobsOptions } from '@azure/storage-blob';
import { isSha256, type StoredBlob } from '@ffapi/blob';
import type { Container } from './container.ts';
import { rethrow } from './failure-of.ts';
import { foundOf } from './look.ts';

/** What is below a prefix in the order of its names, a page at a time as they are asked for. */
export async function* itemsUnder(
  { client, pageMax }: Container,
  prefix: string,
  options: ContainerListBlobsOptions = {},
): AsyncGenerator<BlobItem> {
  const pages = client.listBlobsFlat({ ...options, prefix }).byPage({ maxPageSize: pageMax });
  for (;;) {
    const page = await pages.next().catch(rethrow);
    if (page.done) return;
    yield* page.value.segment.blobItems;
  }
}

/** The blobs after a digest, in the order of digests. */
export async function* listBlobs(container: Container, after: string): AsyncGenerator<StoredBlob> {
  const { names } = container;
  const items = itemsUnder(container, names.blobs, {
    includeMetadata: true,
    includeCopy: true,
    // A digest that is not one never becomes part of a name; then everything is read and the rest left out here.
    ...(isSha256(after) ? { startFrom: names.blob(after) } : {}),
  });
  for await (const { name, properties, metadata } of items) {
    const sha256 = names.digestOf(name);
    const { sizeBytes, modifiedAt, isWhole } = foundOf(properties, metadata);
    if (sha256 !== null && sha256 > after && isWhole) yield { sha256, sizeBytes, modifiedAt };
  }
}
