const [headerBytes, entryBytes] = [8, 12];
const [littleEndian, orientationTag] = [0x49, 274];

/** The orientation in the first directory of a TIFF, which EXIF also is; 1 where it says none. */
export const tiffOrientation = (bytes: Uint8Array): number => {
  if (bytes.length < headerBytes) return 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = bytes[0] === littleEndian;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > bytes.length) return 1;
  const count = view.getUint16(directory, isLittle);
  for (let n = 0, at = directory + 2; n < count && at + entryBytes <= bytes.length; n++, at += entryBytes)
    if (view.getUint16(at, isLittle) === orientationTag) return view.getUint16(at + 8, isLittle);
  return 1;
};
