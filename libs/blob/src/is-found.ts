import { BlobNotFound } from './failures.ts';

/** Whether what was asked for a blob found it; any other failure stays one. */
export const isFound = async (asked: Promise<unknown>): Promise<boolean> => {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof BlobNotFound) return false;
    throw error;
  }
};
