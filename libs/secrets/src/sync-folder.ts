import { open } from 'node:fs/promises';

/** Makes new names in a folder survive a power cut; fsync of the file alone does not. */
export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
