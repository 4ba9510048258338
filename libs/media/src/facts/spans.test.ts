import { describe, expect, it } from 'vitest';
import { film, withPicture, withSound } from '../fixtures/facts.ts';
import { mustBeMeasured, SpanMeter, withEnds } from './spans.ts';

const endsOf = (demuxer: string, ...lines: readonly string[]): number[] => {
  const meter = new SpanMeter(demuxer);
  for (const line of lines) meter.add(line);
  return [...meter.ends().values()].map(({ endSeconds }) => Math.round(endSeconds * 1000));
};

/** Of each stream, the packet at which its clock starts anew, and by how many ms it is moved from there. */
const restartsOf = (demuxer: string, ...lines: readonly string[]): (readonly [packet: number, ms: number])[] => {
  const meter = new SpanMeter(demuxer);
  for (const line of lines) meter.add(line);
  const found = [...meter.ends().values()].flatMap(({ restarts }) => restarts);
  return found.map(({ packet, offsetSeconds }) => [packet, Math.round(offsetSeconds * 1000)] as const);
};

describe('where a stream ends', () => {
  it('is where the packet that is shown last ends, in whatever order they come', () => {
    expect(endsOf('mov', '0,0.00,-0.08,0.04,K_', '0,0.12,-0.04,0.04,__', '0,0.04,0.00,0.04,__')).toEqual([160]);
  });

  it('is of each stream for itself, and of what has times', () => {
    expect(endsOf('mov', '0,0,0,0.04,K_', '1,0,0,0.02,K_,', '', '1,N/A,N/A,0.02,K_', '1,0.02,N/A,N/A,K_')).toEqual([
      40, 20,
    ]);
  });

  it('is not where a hidden packet ends', () => {
    expect(endsOf('mov', '0,0.00,0.00,0.04,K_', '0,9.00,0.04,0.04,_D')).toEqual([40]);
  });

  it('goes on where the clock of a transport stream starts anew', () => {
    const twice = ['0,1.40,1.40,0.5,K_', '0,1.90,1.90,0.5,__', '1,1.45,1.45,0.95,K_'];
    expect(endsOf('mpegts', ...twice, ...twice)).toEqual([3_400, 3_400]);
    expect(restartsOf('mpegts', ...twice, ...twice)).toEqual([
      [2, 1_000],
      [1, 1_000],
    ]);
    expect(endsOf('matroska', ...twice, ...twice)).toEqual([2_400, 2_400]);
  });

  it('goes on at one moment for all streams, also where one still sends what was before', () => {
    const first = ['0,1.00,1.00,1,K_', '1,1.00,1.00,1,K_', '0,2.00,2.00,1,__', '1,2.00,2.00,1,K_', '0,3.00,3.00,1,__'];
    const second = ['1,1.00,1.00,1,K_', '0,4.00,4.00,0.5,__', '0,1.00,1.00,1,K_', '1,2.00,2.00,1,K_'];
    expect(endsOf('mpegts', ...first, ...second)).toEqual([5_500, 6_500]);
    expect(restartsOf('mpegts', ...first, ...second)).toEqual([
      [4, 3_500],
      [2, 3_500],
    ]);
  });

  it('does not start anew with a subtitle after a pause, which goes with the others', () => {
    const meter = new SpanMeter('mpegts', new Set([0]));
    const shown = ['0,1,1,1,K_', '2,1.5,1.5,1,K_', '0,2,2,1,__', '2,90,90,1,K_', '0,1,1,1,K_', '2,1.5,1.5,1,K_'];
    for (const line of shown) meter.add(line);
    expect(meter.ends().get(0)?.restarts).toEqual([{ packet: 2, offsetSeconds: 2 }]);
    expect(meter.ends().get(2)?.restarts).toEqual([{ packet: 2, offsetSeconds: 2 }]);
  });

  it('goes on behind a leap of more than ten seconds, and counts a shorter hole', () => {
    expect(endsOf('mpegts', '0,0,0,1,K_', '0,50,50,1,__')).toEqual([2_000]);
    expect(endsOf('mpegts', '0,0,0,1,K_', '0,6,6,1,__')).toEqual([7_000]);
  });
});

describe('a file', () => {
  it('whose header counts keeps its lengths, and its last picture stays until the end', () => {
    const stays = withPicture({ isVfr: true });
    const { video } = withEnds(
      stays,
      new Map([[0, { endSeconds: 26.04, lastSeconds: 26, keySeconds: 0, restarts: [] }]]),
    );
    expect([video[0]?.durationMs, video[0]?.lastMs]).toEqual([30_000, 4_000]);
  });

  it('is measured where its header guesses, says nothing, or its streams start apart', () => {
    expect(mustBeMeasured(film)).toBe(false);
    expect(mustBeMeasured({ ...film, demuxer: 'mp3', container: 'mp3' })).toBe(true);
    expect(mustBeMeasured({ ...film, demuxer: 'matroska', container: 'matroska,webm' })).toBe(false);
    expect(mustBeMeasured(withSound({ startMs: 800 }))).toBe(true);
    expect(mustBeMeasured(withPicture({ durationMs: null }))).toBe(true);
    expect(mustBeMeasured(withPicture({ isVfr: true }))).toBe(true);
    expect(mustBeMeasured({ ...film, demuxer: 'png_pipe', video: [] })).toBe(false);
  });

  it('has the lengths of its streams, from their own starts, on the clock of the file', () => {
    const late = { ...withSound({ startMs: 800 }), demuxer: 'mpegts', zeroMs: 1_400 };
    const measured = withEnds(
      late,
      new Map([
        [0, { endSeconds: 5.4, lastSeconds: 4.9, keySeconds: 1.4, restarts: [] }],
        [1, { endSeconds: 5.5, lastSeconds: 5.48, keySeconds: 2.2, restarts: [] }],
      ]),
    );
    expect([measured.durationMs, measured.video[0]?.durationMs, measured.audio[0]?.durationMs]).toEqual([
      4_100, 4_000, 3_300,
    ]);
  });

  it('begins with the first picture that can be shown, where a recording begins midway', () => {
    const air = { ...film, demuxer: 'mpegts', zeroMs: 1_400 };
    const ends = new Map([[0, { endSeconds: 9.4, lastSeconds: 9.36, keySeconds: 1.94, restarts: [] }]]);
    const [picture] = withEnds(air, ends).video;
    expect([picture?.startMs, picture?.durationMs]).toEqual([540, 7_460]);
    const [whole] = withEnds(
      air,
      new Map([[0, { endSeconds: 9.4, lastSeconds: 9.36, keySeconds: null, restarts: [] }]]),
    ).video;
    expect([whole?.startMs, whole?.durationMs]).toEqual([0, 8_000]);
  });
});
