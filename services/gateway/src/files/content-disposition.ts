const shownInPlace =
  /^(video|audio)\/|^image\/(jpeg|png|webp|gif|avif)$|^text\/vtt$|^application\/(vnd\.apple\.mpegurl|dash\+xml)$/;

/** Whether a browser may show it: media, and nothing that could carry script. */
const isShownInPlace = (contentType: string): boolean => shownInPlace.test(contentType);

/** The header of RFC 6266: an ASCII name for old clients, the true one in UTF-8 (RFC 8187). */
export const contentDisposition = (kind: 'inline' | 'attachment', name: string): string => {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const utf8 = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${utf8}`;
};

/** How a user's file is served: media in place, anything else to be saved, and nothing as a document of this origin. */
export const userFileHeaders = (contentType: string, name: string, isSaved = false) => ({
  'content-type': contentType,
  'content-disposition': contentDisposition(isSaved || !isShownInPlace(contentType) ? 'attachment' : 'inline', name),
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
});
