import { describe, expect, it } from 'vitest';
import { codecOfInit } from './codec-string.ts';
import { hlsMaster, measurePlaylist } from './hls-master.ts';

const playlist =
  '#EXTM3U\n#EXT-X-MAP:URI="init_0.mp4"\n#EXTINF:6.000000,\na.m4s\n#EXTINF:4.000000,\nb.m4s\n#EXT-X-ENDLIST\n';

describe('measurePlaylist', () => {
  it('takes the peak from the worst segment and the average from all', () => {
    expect(
      measurePlaylist(
        playlist,
        new Map([
          ['a.m4s', 600_000],
          ['b.m4s', 500_000],
        ]),
      ),
    ).toEqual({
      initUri: 'init_0.mp4',
      durationMs: 10_000,
      peakBitrate: 1_000_000,
      averageBitrate: 880_000,
      missing: [],
    });
  });

  it('names segments that are not there', () => {
    expect(measurePlaylist(playlist, new Map([['a.m4s', 10]])).missing).toEqual(['b.m4s']);
  });

  it('reads an empty playlist as nothing', () => {
    expect(measurePlaylist('#EXTM3U\n', new Map())).toEqual({
      initUri: 'init.mp4',
      durationMs: 0,
      peakBitrate: 0,
      averageBitrate: 0,
      missing: [],
    });
  });
});

describe('hlsMaster', () => {
  const measures = { initUri: 'init.mp4', durationMs: 10_000, peakBitrate: 1000, averageBitrate: 800, missing: [] };
  const audio = {
    ...measures,
    name: 'audio',
    role: 'audio' as const,
    uri: 'audio/index.m3u8',
    codec: 'mp4a.40.2',
    peakBitrate: 130,
    averageBitrate: 128,
  };
  const video = {
    ...measures,
    name: '720p',
    role: 'video' as const,
    uri: '720p/index.m3u8',
    codec: 'avc1.64001F',
    width: 1280,
    height: 720,
    frameRate: '24.000',
  };

  it('adds the sound’s rate to every picture', () => {
    expect(hlsMaster([video, audio])).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="audio/index.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=1130,AVERAGE-BANDWIDTH=928,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=24.000,AUDIO="audio"',
        '720p/index.m3u8',
        '',
      ].join('\n'),
    );
  });

  it('works without sound, and with sound alone', () => {
    expect(hlsMaster([video])).not.toContain('AUDIO');
    expect(hlsMaster([audio])).toContain(
      '#EXT-X-STREAM-INF:BANDWIDTH=130,AVERAGE-BANDWIDTH=128,CODECS="mp4a.40.2"\naudio/index.m3u8',
    );
  });
});

describe('codecOfInit', () => {
  const box = (type: string, payload: readonly number[]): number[] => [
    0,
    0,
    0,
    payload.length + 8,
    ...[...type].map((char) => char.charCodeAt(0)),
    ...payload,
  ];

  it.each([
    ['avcC', [1, 0x64, 0x00, 0x1f, 0xff], 'avc1.64001F'],
    ['hvcC', [1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0], 'hvc1.1.6.L93.90'],
    ['hvcC', [1, 0x22, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120, 0], 'hvc1.2.4.H120'],
    ['esds', [0, 0, 0, 0], 'mp4a.40.2'],
  ])('%s %o', (type, payload, codec) => {
    expect(codecOfInit(Uint8Array.from([...box('ftyp', [1, 2]), ...box(type, payload)]))).toBe(codec);
  });

  it('is not misled by four letters in other data', () => {
    expect(
      codecOfInit(
        Uint8Array.from([0xff, 0xff, 0xff, 0xff, ...[...'avcC'].map((char) => char.charCodeAt(0)), 1, 2, 3, 4]),
      ),
    ).toBeNull();
  });
});
