/** A secret as it may stand in bytes: plain, as a URL or Base64 has it, or in hex. */
export const forms = (secret: string): Buffer[] => [
  Buffer.from(secret),
  Buffer.from(encodeURIComponent(secret)),
  // Base64 of a part inside of something longer begins at any of three places.
  ...[0, 1, 2].map((skip) => Buffer.from(Buffer.from(secret).subarray(skip).toString('base64').slice(0, -4))),
  Buffer.from(Buffer.from(secret).toString('hex')),
];
