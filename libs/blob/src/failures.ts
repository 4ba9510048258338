/** There is no blob of this digest. */
export class BlobNotFound extends Error {
  override readonly name = 'BlobNotFound';
  readonly sha256: string;
  constructor(sha256: string) {
    super(`no blob ${sha256}`);
    this.sha256 = sha256;
  }
}

/** The body is larger than the caller allowed. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
  readonly sizeBytesMax: number;
  constructor(sizeBytesMax: number) {
    super(`more than ${sizeBytesMax} bytes`);
    this.sizeBytesMax = sizeBytesMax;
  }
}

/** The volume has no room, or less than is kept free. */
export class BlobStoreFull extends Error {
  override readonly name = 'BlobStoreFull';
}

/** The store cannot be reached or broke off; a repeat may succeed. */
export class BlobStoreUnavailable extends Error {
  override readonly name = 'BlobStoreUnavailable';
}

/** The bytes do not have the digest they are named by. */
export class BlobCorrupt extends Error {
  override readonly name = 'BlobCorrupt';
  readonly sha256: string;
  constructor(sha256: string) {
    super(`blob ${sha256} has other content`);
    this.sha256 = sha256;
  }
}
