import {
  hasThumbnail,
  isShowable,
  type AssetDescription,
  type AssetOrigin,
  type FileResource,
  type MediaStatus,
  type OutputResource,
  type MediaSummary,
  type StoredFile,
} from '@ffapi/contracts';
import { thumbnailPath, type Links } from './links.ts';

/** What is known of a stored file, wherever it is shown. */
export interface FileFacts extends Omit<StoredFile, 'mediaReason' | 'origin' | 'tags' | 'metadata'> {
  readonly origin: AssetOrigin | { readonly kind: 'job'; readonly jobId: string };
}

const mediaResourceOf = (media: MediaSummary | null) =>
  media && {
    duration_seconds: media.durationSeconds,
    width: media.width,
    height: media.height,
    video_codec: media.videoCodec,
    audio_codec: media.audioCodec,
  };

/** A file with what people say of it. */
export const fileResourceOf = (links: Links, file: FileFacts & AssetDescription): FileResource => ({
  ...outputResourceOf(links, file),
  tags: [...file.tags],
  metadata: file.metadata,
});

/** A file as clients see it: the same in every answer. */
export const outputResourceOf = (links: Links, file: FileFacts): OutputResource => {
  const { fileId, origin } = file;
  const jobId = origin.kind === 'job' ? origin.jobId : null;
  const first = file.main ?? file.name;
  const download = links.download(fileId, first, file.expiresAt);
  return {
    file_id: fileId,
    id: fileId,
    name: file.name,
    size_bytes: file.sizeBytes,
    sha256: file.blob.sha256,
    content_type: file.contentType,
    media: mediaResourceOf(file.media),
    media_status: file.mediaStatus,
    url: links.file(fileId, first),
    download_url: download.url,
    download_url_expires_at: download.expiresAt,
    thumbnail_url: hasThumbnail(file.main, file.media)
      ? links.download(fileId, thumbnailPath, file.expiresAt).url
      : null,
    job_id: jobId,
    origin: { kind: origin.kind, job_id: jobId },
    created_at: file.createdAt,
    created_by: file.apiKeyId,
    expires_at: file.expiresAt,
  };
};

/** Of what a job made: it was looked at when it was made. */
export const madeStatus = (media: MediaSummary | null): MediaStatus => (isShowable(media) ? 'ready' : 'none');
