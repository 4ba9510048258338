/** How long a DASH manifest says it lasts (ISO/IEC 23009-1, `xs:duration`); ffprobe reads whole seconds only. */
export const dashDurationMs = (manifest: string): number | null => {
  const found = /mediaPresentationDuration="PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?"/.exec(manifest);
  if (!found) return null;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
};
