import { describe, expect, it } from 'vitest';
import { safeFileName } from '@ffapi/contracts';
import { extensionIsBlocked, nameFromUrl } from './file-names.ts';
import { outputFileName } from '../publish/output-name.ts';

describe('safeFileName', () => {
  it.each([
    ['clip 1.mp4', 'clip 1.mp4'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\x.mp4', 'x.mp4'],
    ['/abs/x.mp4', 'x.mp4'],
    ['-i.mp4', 'i.mp4'],
    ['nul\0inside.mp4', 'nulinside.mp4'],
    ['new\nline.mp4', 'newline.mp4'],
    ['a"b.mp4', 'a_b.mp4'],
    ['$(id).mp4', '$(id).mp4'],
    ['CON.mp4', '_CON.mp4'],
    ['com1', '_com1'],
    ['console.mp4', 'console.mp4'],
    ['x.mp4.exe', 'x.mp4.exe'],
    ['\u202E4pm.exe', '4pm.exe'],
    ['a\u200b\u061cb.mp4', 'ab.mp4'],
    ['e\u0301.mp4', '\u00e9.mp4'],
    ['<img src=x onerror=alert(1)>.mp4', '_img src=x onerror=alert(1)_.mp4'],
    ['out%03d.mp4', 'out%03d.mp4'],
    ['http:x.mp4', 'http_x.mp4'],
    ['x.mp4. . ', 'x.mp4'],
    ['.htaccess', 'htaccess'],
    ['\ud800.mp4', 'mp4'],
    ['', 'file'],
    ['..', 'file'],
    ['a/', 'file'],
  ])('%j is shown as %j', (name, shown) => expect(safeFileName(name)).toBe(shown));

  it('cuts at 200 bytes between characters and keeps the extension', () => {
    for (const name of [`${'a'.repeat(255)}.mp4`, `${'é'.repeat(127)}x.mp4`, `${'🎬'.repeat(100)}.mp4`]) {
      const cut = safeFileName(name);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(195);
      expect(cut.endsWith('.mp4')).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
    }
  });
});

describe('extensionIsBlocked', () => {
  const blocked = '.exe,.sh, bat';
  it.each(['x.exe', 'X.EXE', 'x.mp4.exe', 'x.exe. ', '\u202E4pm.exe', 'x.exe\u200f', 'x.\uff45xe', 'a.sh', 'a.bat'])(
    '%j is blocked',
    (name) => expect(extensionIsBlocked(name, blocked)).toBe(true),
  );
  it.each(['x.mp4', 'exe', 'x.exe.mp4', 'flash', 'x.bats'])('%j is taken', (name) =>
    expect(extensionIsBlocked(name, blocked)).toBe(false),
  );
  it('blocks nothing by an empty list', () => expect(extensionIsBlocked('x.exe', '')).toBe(false));
});

describe('nameFromUrl', () => {
  it('takes the last part of the path, decoded where that works', () => {
    expect(nameFromUrl('https://example.com/a/My%20Clip.mp4?x=1')).toBe('My Clip.mp4');
    expect(nameFromUrl('https://example.com/..%2f..%2fetc%2fpasswd')).toBe('passwd');
    expect(nameFromUrl('https://example.com/100%.mp4')).toBe('100%.mp4');
    expect(nameFromUrl('https://example.com/')).toBe('file');
  });
});

describe('outputFileName', () => {
  it('gives the wished name the extension of what was made', () => {
    expect(outputFileName('out.mp4', null)).toBe('out.mp4');
    expect(outputFileName('out.mp4', 'holiday')).toBe('holiday.mp4');
    expect(outputFileName('out.mp4', 'holiday.MP4')).toBe('holiday.MP4');
    expect(outputFileName('out.mp4', 'holiday.mkv')).toBe('holiday.mkv.mp4');
    expect(outputFileName('hls', 'holiday')).toBe('holiday');
  });
});
