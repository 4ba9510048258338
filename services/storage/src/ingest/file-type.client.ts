import { fileTypeFromBuffer } from 'file-type';

export interface FileType {
  readonly contentType: string;
  /** Without its dot; null when the bytes tell nothing. */
  readonly extension: string | null;
}

/** What the first bytes of a file tell, whatever its name says. */
export const typeOfBytes = async (head: Uint8Array): Promise<FileType> => {
  const found = await fileTypeFromBuffer(head);
  return { contentType: found?.mime ?? 'application/octet-stream', extension: found?.ext ?? null };
};
