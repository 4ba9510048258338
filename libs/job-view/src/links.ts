import { errorDocPath } from '@ffapi/contracts';

export interface Links {
  /** An address for clients, from a path. */
  readonly url: (path: string) => string;
  readonly doc: (code: string) => string;
  /** Signed, needs no key; for a folder of files its main file. */
  readonly download: (fileId: string, path: string) => string;
  readonly file: (fileId: string, path: string) => string;
}

export const createLinks = (publicBaseUrl: string, sign: (fileId: string, path: string) => string): Links => {
  const url = (path: string): string => `${publicBaseUrl.replace(/\/+$/, '')}${path}`;
  return {
    url,
    doc: (code) => url(errorDocPath(code)),
    download: (fileId, path) => url(sign(fileId, path)),
    file: (fileId, path) => `/files/${fileId}/${encodePath(path)}`,
  };
};

export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
