import { expect, it } from 'vitest';
import { withExtensionOf } from './extension-of-content.ts';

it.each([
  ['clip.mp4', 'mp4', 'clip.mp4'],
  ['clip.MOV', 'mp4', 'clip.MOV'],
  ['clip.mkv', 'webm', 'clip.mkv'],
  ['photo.jpeg', 'jpg', 'photo.jpeg'],
  ['clip.avi', 'mp4', 'clip.avi.mp4'],
  ['clip.html', 'mp4', 'clip.html.mp4'],
  ['clip', 'mp4', 'clip.mp4'],
  ['page.html', null, 'page.html.bin'],
  ['picture.svg', 'xml', 'picture.svg.xml'],
  ['run.ps1', null, 'run.ps1.bin'],
  ['words.srt', null, 'words.srt'],
  ['stream.ts', null, 'stream.ts'],
  ['file', null, 'file.bin'],
])('%s that holds %s is called %s', (name, found, shown) => expect(withExtensionOf(name, found)).toBe(shown));

it('stays within what a file system takes', () => {
  const name = withExtensionOf(`${'é'.repeat(98)}.exe`, 'mp4');
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  expect(name.endsWith('.mp4')).toBe(true);
});
