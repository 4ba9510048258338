import { describe, expect, it } from 'vitest';
import { apart, flashes, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, made } from './fixtures/scratch.ts';

const exec = execOf();
const picture = ['-f', 'lavfi', '-i', flashes(4)];

describe.each([
  ['whose sound begins late, in a transport stream', await apart('late.ts', { sound: 0.8 })],
  ['whose picture begins late, in a transport stream', await apart('late.ts', { picture: 0.8 })],
  ['of one picture a second', await made('slides.mp4', ...picture, '-r', '1', ...h264)],
  ['in a GIF', await made('moving.gif', ...picture, '-r', '10')],
  ['of one picture', await made('one.mp4', ...picture, '-frames:v', '1', ...h264)],
])('a film %s', (_what, film) => {
  it.each(['uniform', 'smart', 'random'])('gives as many stills as are asked for (%s)', async (method) => {
    const { artifacts } = await convert(exec, film, { count: 3, method }, { id: 'video.thumbnails' });
    expect(artifacts.map(({ media }) => media.width)).toEqual([320, 320, 320]);
  });

  it('gives a still for each of its scenes', async () => {
    const { artifacts, result } = await convert(exec, film, { sensitivity: 0.6 }, { id: 'video.scenes' });
    const { scenes } = result as unknown as { readonly scenes: readonly unknown[] };
    expect(artifacts).toHaveLength(scenes.length);
  });
});
