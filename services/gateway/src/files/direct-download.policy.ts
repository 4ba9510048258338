/** What smaller files would gain is less than the second request costs; pages also read captions without CORS in a bucket. */
export const directBytesMin = 1 << 20;

export interface WantedBytes {
  readonly sizeBytes: number;
  /** One of many small files, which players fetch by script. */
  readonly isOfSet: boolean;
  /** A store's entity tags are its own: what is asked of ours is answered here. */
  readonly dependsOnEtag: boolean;
  /** A page that is not of the bucket's origin may read it by script only where the bucket says so. */
  readonly isFromScript: boolean;
  /** A CDN keeps bytes, and follows no link. */
  readonly isForCdn: boolean;
  /** When nothing may lead to the file any more, in ms since 1970; `Infinity`: no end is set. */
  readonly endsAtMs: number;
}

export interface DirectDownloads {
  readonly isOn: boolean;
  readonly lifetimeMs: number;
}

/** How long a direct link to these bytes may live; `null`: the gateway sends them itself. */
export const directLifetimeMs = (wanted: WantedBytes, settings: DirectDownloads, nowMs: number): number | null => {
  if (!settings.isOn || wanted.sizeBytes < directBytesMin) return null;
  if (wanted.isOfSet || wanted.dependsOnEtag || wanted.isFromScript || wanted.isForCdn) return null;
  const lifetimeMs = Math.min(settings.lifetimeMs, wanted.endsAtMs - nowMs);
  return lifetimeMs < 1000 ? null : lifetimeMs;
};
