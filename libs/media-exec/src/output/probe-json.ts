import { basename } from 'node:path';

const parseJson = (text: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** ffprobe's JSON with the bare file name in place of the path it was given; empty when it is no JSON. */
export const readProbeJson = (text: string): Record<string, unknown> => {
  const raw = parseJson(text);
  const { format } = raw;
  if (typeof format !== 'object' || format === null || !('filename' in format)) return raw;
  return { ...raw, format: { ...format, filename: basename(String(format.filename)) } };
};
