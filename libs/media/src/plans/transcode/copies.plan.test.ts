import { describe, expect, it } from 'vitest';
import { film, withPicture } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';
import type { Plan } from '../plan.ts';

describe('a picture is not copied', () => {
  const upright = withPicture({ rotation: 90 });
  const hidden = withPicture({ hasHiddenPictures: true });
  const isCopied = (made: Plan): boolean => argvOf(made).includes('-c:v copy');

  it.each([
    ['turned, into a container that does not turn it', 'mkv', upright, false],
    ['turned, into one that does', 'mp4', upright, true],
    ['with pictures that an edit list hides', 'mkv', hidden, false],
    ['of AVI, which has no times of its pictures', 'mp4', { ...film, demuxer: 'avi' }, false],
  ] as const)('%s', (_, output_format, facts, copied) => {
    expect(isCopied(plan({ output_format }, { facts }))).toBe(copied);
    const asked = () => plan({ output_format, video_codec: 'copy' }, { facts });
    if (copied) expect(isCopied(asked())).toBe(true);
    else expect(asked).toThrow('cannot be copied');
  });
});
