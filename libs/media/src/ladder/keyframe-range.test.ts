import { describe, expect, it } from 'vitest';
import { firstSample, timescaleOf } from './fragment.ts';
import { keyframePlaylist, segmentsIn } from './keyframe-range.ts';
import { codecOfTransport, transportKeyframes } from './transport-segment.ts';

describe('a playlist of keyframes', () => {
  it('has each until the next, or until its segment ends', () => {
    const made = keyframePlaylist(
      [
        {
          uri: 'a.ts',
          seconds: 4,
          keyframes: [
            { atBytes: 564, sizeBytes: 1000, atSeconds: 0 },
            { atBytes: 9400, sizeBytes: 3000, atSeconds: 2 },
          ],
        },
        { uri: 'b.ts', seconds: 1.5, keyframes: [{ atBytes: 564, sizeBytes: 800, atSeconds: 0 }] },
      ],
      null,
    );
    expect(made?.peakBitrate).toBe(12_000);
    expect(made?.text.match(/#EXTINF:.*\n.*\n.*/g)).toEqual([
      '#EXTINF:2.000000,\n#EXT-X-BYTERANGE:1000@564\na.ts',
      '#EXTINF:2.000000,\n#EXT-X-BYTERANGE:3000@9400\na.ts',
      '#EXTINF:1.500000,\n#EXT-X-BYTERANGE:800@564\nb.ts',
    ]);
    expect(made?.text).toContain('#EXT-X-TARGETDURATION:2\n');
  });

  it('is none where no keyframe was found', () => {
    expect(keyframePlaylist([{ uri: 'a.m4s', seconds: 4, keyframes: [] }], 'init.mp4')).toBeNull();
  });

  it('is made from the segments of another', () => {
    expect(
      segmentsIn('#EXTM3U\n#EXTINF:6.0,\n#EXT-X-BITRATE:9\na.ts\r\n#EXTINF:2.5,title\nb.ts\n#EXT-X-ENDLIST'),
    ).toEqual([
      { uri: 'a.ts', seconds: 6 },
      { uri: 'b.ts', seconds: 2.5 },
    ]);
  });
});

describe('what is no segment', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['too short a box', Uint8Array.from([0, 0, 0, 4, 109, 111, 111, 102, 0])],
    ['a box that ends nowhere', Uint8Array.from([0xff, 0, 0, 0, 109, 111, 111, 102])],
    ['other packets', new Uint8Array(188 * 3).fill(0x47)],
  ])('%s has neither keyframe nor clock nor codec', (_, bytes) => {
    expect(firstSample(bytes)).toBeNull();
    expect(timescaleOf(bytes)).toBeNull();
    expect(transportKeyframes(bytes)).toEqual([]);
    expect(codecOfTransport(bytes)).toBeNull();
  });
});
