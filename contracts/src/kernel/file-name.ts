const bytesMax = 200;

// Control characters and unpaired surrogates, and marks that are not seen but turn the direction of writing or hide.
const invisible = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu;
// What Windows does not take in names; harmless to replace everywhere.
const forbidden = /[<>:"|?*]/g;
const windowsDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that is safe to show and to offer for saving; files are stored under their id, never under it. */
export const safeFileName = (name: string): string => {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const visible = last.replace(invisible, '').replace(forbidden, '_');
  const plain = visible.replace(/^[.\s-]+/, '').replace(/[.\s]+$/, '');
  const cut = cutBeforeExtension(plain) || 'file';
  return windowsDevice.test(cut) ? `_${cut}` : cut;
};

const cutBeforeExtension = (name: string): string => {
  const extension = /\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  return cutToBytes(stem, bytesMax - Buffer.byteLength(extension)).trimEnd() + extension;
};

const cutToBytes = (text: string, sizeBytesMax: number): string => {
  let sizeBytes = 0;
  let out = '';
  for (const char of text) {
    sizeBytes += Buffer.byteLength(char);
    if (sizeBytes > sizeBytesMax) break;
    out += char;
  }
  return out;
};
