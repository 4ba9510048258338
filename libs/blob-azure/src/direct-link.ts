import { BlobSASPermissions, generateBlobSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { LinkOptions } from '@ffapi/blob';
import type { Container } from './container.ts';

/**
 * A shared access signature to read one blob, at the address under which clients reach the account; `null` where only
 * this network does, and where a connection string has no key to sign with.
 */
export const directLink = async (
  container: Container,
  sha256: string,
  { contentType, contentDisposition, lifetimeMs }: LinkOptions,
): Promise<string | null> => {
  const { credential, linking, name, names } = container;
  if (!linking || !(credential instanceof StorageSharedKeyCredential)) return null;
  const blobName = names.blob(sha256);
  const signature = generateBlobSASQueryParameters(
    {
      containerName: name,
      blobName,
      permissions: BlobSASPermissions.from({ read: true }),
      expiresOn: new Date(Date.now() + Math.max(1000, lifetimeMs)),
      contentType,
      contentDisposition,
    },
    credential,
  );
  return `${linking.getBlobClient(blobName).url}?${signature}`;
};
