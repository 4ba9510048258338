import { errorRow, type StoredFile } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { RequestRefused } from '../requests/index.ts';

/** Says which of a body's files is not there. */
export const refuseNoFile = (error: unknown, fileId: string, field: string): never => {
  if (!(error instanceof Refusal && error.code === 'file_not_found')) throw error;
  const message = `There is no file ${fileId}.`;
  throw new RequestRefused(error.code, {
    detail: message,
    errors: [{ pointer: `/${field}`, code: error.code, message }],
    extra: error.details,
  });
};

/** A file that was looked at and is none: the job would fail with the same words. */
export const refuseNoMedia = ({ mediaStatus, mediaReason }: StoredFile, field: string): void => {
  if (mediaStatus !== 'none' || mediaReason === null) return;
  const { title } = errorRow(mediaReason);
  throw new RequestRefused(mediaReason, {
    errors: [{ pointer: `/${field}`, code: mediaReason, message: title }],
  });
};
