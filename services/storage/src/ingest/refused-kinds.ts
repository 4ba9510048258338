/** What a file's first bytes say that it must not be. */
export type RefusedKind = 'executable' | 'archive';

interface Signature {
  readonly kind: RefusedKind;
  readonly at: number;
  readonly bytes: Uint8Array;
}

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const text = (chars: string): Uint8Array => Buffer.from(chars, 'latin1');
const executable = (bytes: Uint8Array): Signature => ({ kind: 'executable', at: 0, bytes });
const archive = (bytes: Uint8Array, at = 0): Signature => ({ kind: 'archive', at, bytes });

const signatures: readonly Signature[] = [
  executable(text('\x7fELF')),
  // DOS, Windows and .NET; the second is the old way round.
  executable(text('MZ')),
  executable(text('ZM')),
  // Mach-O in both byte orders and both widths; the fat form shares its number with Java classes.
  ...['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', 'cafebabf', 'bebafeca'].map((n) =>
    executable(hex(n)),
  ),
  // Java's packed form, Android, WebAssembly, LLVM, Lua.
  executable(hex('cafed00d')),
  executable(text('dex\n')),
  executable(text('\0asm')),
  executable(text('BC\xc0\xde')),
  executable(text('\x1bLua')),
  // Shortcuts run what they point at.
  executable(hex('4c000000 0114 0200')),
  executable(text('[InternetShortcut]')),
  executable(text('[Desktop Entry]')),
  // Installers and documents with macros.
  executable(hex('d0cf11e0 a1b11ae1')),
  archive(text('PK\x03\x04')),
  archive(text('PK\x05\x06')),
  archive(text('PK\x07\x08')),
  archive(text('PK00PK')),
  archive(text('Rar!\x1a\x07')),
  archive(text('7z\xbc\xaf\x27\x1c')),
  archive(hex('1f8b')),
  archive(hex('1f9d')),
  archive(hex('1fa0')),
  archive(text('BZh')),
  archive(hex('fd377a585a00')),
  archive(hex('28b52ffd')),
  archive(hex('04224d18')),
  archive(text('LZIP')),
  archive(text('MSCF')),
  archive(text('!<arch>\n')),
  archive(hex('edabeedb')),
  archive(text('xar!')),
  archive(text('hsqs')),
  archive(text('Cr24')),
  archive(text('**ACE**'), 7),
  archive(text('ustar'), 257),
  archive(text('CD001'), 32_769),
];

/** Enough of a file to see every signature. */
export const headBytes = 40_960;

const byteOrderMark = hex('efbbbf');

const startsWith = (head: Uint8Array, bytes: Uint8Array, at = 0): boolean =>
  head.length >= at + bytes.length && bytes.every((byte, n) => head[at + n] === byte);

// AMR and SILK recordings begin as scripts do.
const isScript = (head: Uint8Array): boolean =>
  /^#!(?!AMR|SILK)/.test(Buffer.from(head.subarray(0, 8)).toString('latin1'));

/** Programs, scripts with an interpreter, shortcuts and archives, by what they are and not by what they are called. */
export const refusedKind = (head: Uint8Array): RefusedKind | null => {
  const body = startsWith(head, byteOrderMark) ? head.subarray(byteOrderMark.length) : head;
  if (isScript(body)) return 'executable';
  return signatures.find(({ at, bytes }) => startsWith(at === 0 ? body : head, bytes, at))?.kind ?? null;
};
