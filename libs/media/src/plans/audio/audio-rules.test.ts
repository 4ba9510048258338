import { describe, expect, it } from 'vitest';
import { levelsText, loudnessText, silencesText } from '../../fixtures/measured-sound.ts';
import { graphsOf, lastPlan } from '../../fixtures/plan-audio.ts';

describe('noise reduction', () => {
  const plan = (params: object, levels?: string) =>
    lastPlan('audio.noise_reduction', params, levels === undefined ? {} : { measured: { levels } });

  it('learns from the sample, which goes in twice and is cut off once', () => {
    const made = plan({ sample_duration: 1.5 });
    expect(made.scratch).toEqual({ 'noise.txt': '0.0 afftdn sn start;\n1.5 afftdn sn stop;\n' });
    expect(graphsOf(made)).toContain('atrim=end_sample=72000');
    expect(graphsOf(made)).toContain('atrim=start_sample=73200');
    expect(made.warnings).toEqual([]);
  });

  it('takes the floor from the level of the sample, within what the filter knows', () => {
    const floorOf = (profile: string, level: number): string =>
      graphsOf(plan({ profile, sample_duration: 1 }, levelsText(48_000, [level, -5])));
    expect(floorOf('moderate', -45)).toContain('afftdn=nr=24:nf=-38');
    expect(floorOf('light', -89)).toContain('afftdn=nr=12:nf=-80');
    expect(floorOf('aggressive', -12)).toContain('afftdn=nr=40:nf=-20');
  });

  it('says when the sample is no noise, and estimates when it is silent', () => {
    expect(plan({ sample_duration: 1 }, levelsText(48_000, [-21, -20])).warnings.join()).toContain('about as loud');
    const silent = plan({ sample_duration: 1 }, levelsText(48_000, [Number.NEGATIVE_INFINITY, -20]));
    expect(silent.result).toEqual({ is_learned: false, reduction_db: 12 });
    expect(silent.warnings.join()).toContain('silent');
  });

  it('needs something behind the sample', () => {
    expect(() => plan({ sample_duration: 30 })).toThrow('leaves nothing');
  });
});

describe('mixing', () => {
  const plan = (params: object) => lastPlan('audio.mix', params);
  const tracks = [{ url: 'file_aaaa' }, { url: 'file_bbbb', offset: 2 }];

  it.each([
    ['longest', 30],
    ['first', 30],
    ['shortest', 14],
  ])('ends with the %s track', (duration, seconds) => {
    expect(plan({ tracks, duration }).result).toMatchObject({ duration: seconds });
  });

  it('repeats a loop to the end, and fades out there', () => {
    const made = plan({ tracks: [tracks[0], { url: 'file_bbbb', loop: true, fade_out: 2 }] });
    expect(made.steps[0]?.argv).toEqual(expect.arrayContaining(['-stream_loop', '-1']));
    expect(graphsOf(made)).toContain('afade=type=out:start_time=28.000000:duration=2');
  });

  it('ducks under the first track only, and says when that is not there', () => {
    const late = [{ ...tracks[0], offset: 20 }, tracks[1]];
    const made = plan({ tracks: late, ducking: {}, duration: 'shortest' });
    expect(graphsOf(made)).not.toContain('sidechaincompress');
    expect(made.warnings.join()).toContain('nothing ducks');
    expect(graphsOf(plan({ tracks, ducking: {} }))).toContain('[bed][endless]sidechaincompress');
  });

  it('leaves out what begins after the end, and says so', () => {
    const made = plan({ tracks: [tracks[0], { url: 'file_bbbb', offset: 31 }], duration: 'first' });
    expect(made.warnings.join()).toContain('track 1 begins after the end');
    expect(graphsOf(made)).toContain('amix=inputs=1');
  });
});

describe('silences', () => {
  it('are cut out where asked, also one that is open at the end', () => {
    const made = lastPlan('audio.silence', { remove: true });
    expect(graphsOf(made)).toContain('between(t\\,1.0000\\,2.5000)+between(t\\,28.5000\\,30.0000)');
    expect(made.outputs[0]?.expect.durationMs).toBe(27_000);
    expect(lastPlan('audio.silence', {}).outputs).toEqual([]);
  });

  it('refuse to leave nothing', () => {
    const measured = { silences: silencesText([[0]]) };
    expect(() => lastPlan('audio.silence', { remove: true }, { measured })).toThrow('nothing is louder');
  });

  it('of a great number lose the longest thousand', () => {
    const measured = { silences: silencesText(Array.from({ length: 1_200 }, (_, n) => [n / 50, n / 50 + 0.01])) };
    const made = lastPlan('audio.silence', { remove: true }, { measured });
    expect(made.warnings.join()).toContain('1000 longest of 1200');
    expect(graphsOf(made).split('between')).toHaveLength(1_001);
  });
});

describe('tempo', () => {
  it('is cut to the sample', () => {
    const made = lastPlan('audio.tempo', { tempo: 0.8 });
    expect(graphsOf(made)).toContain('atempo=tempo=0.8');
    expect(graphsOf(made)).toContain(`atrim=end_sample=${(30 * 48_000) / 0.8}`);
    expect(made.result).toEqual({ tempo: 0.8, duration_before: 30, duration_after: 37.5 });
  });

  it('of one stretches nothing', () => {
    expect(graphsOf(lastPlan('audio.tempo', {}))).not.toContain('atempo');
  });
});

describe('analysis', () => {
  it('tells silence from sound', () => {
    expect(lastPlan('audio.analyze', {}).result).toMatchObject({ silent: false, channels: 6, anti_phase: false });
    const measured = {
      levels: levelsText(
        48_000,
        Array.from({ length: 30 }, () => Number.NEGATIVE_INFINITY),
      ),
      loudness: loudnessText(-70, Number.NEGATIVE_INFINITY),
    };
    expect(lastPlan('audio.analyze', {}, { measured }).result).toMatchObject({
      silent: true,
      integrated_lufs: null,
      true_peak_dbtp: null,
    });
  });

  it.each([
    ['audio.analyze', {}],
    ['audio.waveform', {}],
    ['audio.silence', {}],
    ['audio.tempo', {}],
    ['audio.mix', { tracks: [{ url: 'file_aaaa' }, { url: 'file_bbbb' }] }],
  ] as const)('of a part is not passed off as the whole: %s', (id, params) => {
    const half = levelsText(
      48_000,
      Array.from({ length: 15 }, () => -20),
    );
    const measured = { extent: half, levels: half, extent0: half };
    expect(() => lastPlan(id, params, { measured })).toThrow('lasts 15000 ms, and its header says 30000 ms');
  });

  it('needs something to measure', () => {
    expect(() => lastPlan('audio.analyze', {}, { measured: { levels: '' } })).toThrow('nothing of the audio track');
  });
});
