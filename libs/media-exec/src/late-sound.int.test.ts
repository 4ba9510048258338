import { expect, it } from 'vitest';
import { apart, beepsOf } from './fixtures/flash-and-beep.ts';
import { convert, execOf } from './fixtures/scratch.ts';

const exec = execOf();
const film = await apart('late.mkv', { sound: 0.8 });

it.each(['wav', 'mp3', 'm4a', 'flac', 'ogg'])('sound alone begins with itself, in %s too', async (format) => {
  const { artifacts } = await convert(exec, film, { format }, { id: 'audio.extract' });
  expect(artifacts[0]?.media.durationMs).toBeGreaterThan(3_180);
  expect(artifacts[0]?.media.durationMs).toBeLessThan(3_280);
  const [first, second] = await beepsOf(artifacts[0]?.path ?? '');
  expect(Math.abs((first ?? 0) - 0.22)).toBeLessThan(0.03);
  expect(Math.abs((second ?? 0) - 2.22)).toBeLessThan(0.03);
});
