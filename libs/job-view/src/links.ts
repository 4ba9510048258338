import { errorDocPath } from '@ffapi/contracts';

/** A link that needs no key, and when it ends. */
export interface SignedLink {
  readonly url: string;
  /** RFC 3339 UTC. */
  readonly expiresAt: string;
}

export interface Links {
  /** An address for clients, from a path. */
  readonly url: (path: string) => string;
  readonly doc: (code: string) => string;
  /** Signed, needs no key; for a folder of files its main file. Ends no later than the file, where that is given. */
  readonly download: (fileId: string, path: string, fileExpiresAt: string | null) => SignedLink;
  readonly file: (fileId: string, path: string) => string;
}

/** What a file has beside its bytes lies behind `-/`, with which no stored name begins. */
export const thumbnailPath = '-/thumbnail.jpg';

export interface LinkSigner {
  /** The path that needs no key until then (Unix seconds). */
  readonly sign: (fileId: string, path: string, expiresAtSeconds: number) => string;
  /** When a link that is made now ends, in Unix seconds. */
  readonly expiresAtSeconds: () => number;
}

/** The address of a path, whether or not the base ends with a slash. */
export const below = (baseUrl: string, path: string): string => `${baseUrl.replace(/\/+$/, '')}${path}`;

/** Links of a platform at this address; downloads begin with another where a CDN stands in front of them. */
export const createLinks = (
  publicBaseUrl: string,
  { sign, expiresAtSeconds }: LinkSigner,
  cdnBaseUrl: string = publicBaseUrl,
): Links => {
  const url = (path: string): string => below(publicBaseUrl, path);
  return {
    url,
    doc: (code) => url(errorDocPath(code)),
    download: (fileId, path, fileExpiresAt) => {
      const fileSeconds = fileExpiresAt === null ? Infinity : Math.floor(Date.parse(fileExpiresAt) / 1000);
      const endSeconds = Math.min(expiresAtSeconds(), fileSeconds);
      const signed = sign(fileId, path, endSeconds);
      return { url: below(cdnBaseUrl, signed), expiresAt: new Date(endSeconds * 1000).toISOString() };
    },
    file: (fileId, path) => `/files/${fileId}/${encodePath(path)}`,
  };
};

/** Links of what is kept: a signed one would be old when it is read. */
export const unsignedLinks = createLinks('', { sign: () => '', expiresAtSeconds: () => 0 });

export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
