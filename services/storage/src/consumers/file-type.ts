import { fileTypeFromBuffer, fileTypeFromFile } from 'file-type';

/** The content type that the first bytes of a file tell, whatever its name says. */
export const typeOfFile = async (path: string): Promise<string> =>
  (await fileTypeFromFile(path))?.mime ?? 'application/octet-stream';

/** The same for the beginning of a file that is not on this machine. */
export const typeOfBytes = async (head: Uint8Array): Promise<string> =>
  (await fileTypeFromBuffer(head))?.mime ?? 'application/octet-stream';
