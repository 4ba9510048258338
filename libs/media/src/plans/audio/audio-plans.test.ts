import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { film, withSound } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import { levelsText, loudnessText, phaseText, silencesText } from '../../fixtures/measured-sound.ts';
import { graphsOf, lastPlan, planRounds } from '../../fixtures/plan-audio.ts';
import type { AudioId } from '../../fixtures/plan-audio.ts';

const ids = Object.keys(operations).filter((id): id is AudioId => id.startsWith('audio.'));
const stereo = withSound({ channels: 2, layout: 'stereo' });
const two = { tracks: [{ url: 'file_aaaa' }, { url: 'file_bbbb', volume: 0.5 }] };
const bare = (id: AudioId): object => (id === 'audio.mix' ? two : {});

describe('golden command lines', () => {
  it.each(
    ids.flatMap((id) => operations[id].examples.map(({ title, params }) => [id, title, params as unknown] as const)),
  )('%s: %s', (id, title, params) => {
    const text = planRounds(id, params).map(showPlan).join('\n');
    expect(text).toBe(golden(import.meta.url, `${id} ${title}`, text));
  });
});

describe('every audio operation', () => {
  it.each(ids)('%s refuses files without sound', (id) => {
    expect(() => lastPlan(id, bare(id), { facts: { ...film, audio: [] } })).toThrow('no audio track');
  });

  it.each(ids.filter((id) => id !== 'audio.mix'))('%s takes the track that is named, and knows which exist', (id) => {
    const [first] = film.audio;
    const facts = { ...film, audio: [{ ...first!, channels: 0 }, first!, { ...first!, index: 7 }] };
    expect(graphsOf(planRounds(id, { track: 1 }, { facts })[0]!)).toContain('[0:7]');
    expect(() => lastPlan(id, { track: 2 }, { facts })).toThrow('the file has 0 to 1');
  });

  it.each(ids)('%s writes only what it announces, behind a guard, in JSON', (id) => {
    for (const made of planRounds(id, bare(id))) {
      const names = made.outputs.map((output) => output.name);
      for (const { argv, writes } of made.steps) {
        const written = argv.flatMap((token) => (typeof token === 'object' && 'out' in token ? [token.out] : []));
        if (made.kind === 'run') expect(names).toEqual(expect.arrayContaining([...writes]));
        if (writes.length > 0) expect(written).toEqual([...writes]);
        const inputs = argv.filter((token) => typeof token === 'object' && 'in' in token);
        expect(argv.filter((token) => token === '-format_whitelist')).toHaveLength(
          Math.max(inputs.length, argv.includes('rawvideo') ? 0 : 1),
        );
      }
      expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    }
  });

  it('never lets a text of the request change the number of arguments or filters', () => {
    const plain = graphsOf(lastPlan('audio.mix', two));
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        fc.double({ min: 0.01, max: 9, noNaN: true }),
        (url, volume) => {
          const made = lastPlan('audio.mix', {
            tracks: [{ url }, { url: `${url};[x]:'`, volume: volume === 1 ? 2 : volume }],
          });
          expect(graphsOf(made).split(/[,;[\]]/)).toHaveLength(plain.split(/[,;[\]]/).length);
          expect(JSON.stringify(made)).not.toContain(url);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('the file that comes out', () => {
  const output = (id: AudioId, params: object, facts = film) => lastPlan(id, params, { facts }).outputs[0];
  const soundOnly = { ...stereo, video: [] };

  it('keeps its picture where the container can', () => {
    expect(output('audio.process', {})).toMatchObject({ name: 'output.mp4', expect: { videoCodec: 'h264' } });
    expect(output('audio.process', {}, { ...film, demuxer: 'matroska' })?.name).toBe('output.mkv');
    const web = { ...film, demuxer: 'matroska', video: [{ ...film.video[0]!, codec: 'vp9' }] };
    expect(output('audio.process', {}, { ...web, audio: [{ ...film.audio[0]!, codec: 'opus' }] })?.name).toBe(
      'output.webm',
    );
    expect(output('audio.process', {}, withSound({ codec: 'pcm_s24le' }))).toMatchObject({
      name: 'output.mov',
      expect: { audioCodec: 'pcm_s24le' },
    });
    const transport = lastPlan('audio.process', {}, { facts: { ...film, demuxer: 'mpegts' } });
    expect(transport.outputs[0]?.name).toBe('output.m4a');
    expect(transport.warnings.join()).toContain('only the sound is written');
  });

  it.each([
    ['mp3', 'mp3'],
    ['aac', 'm4a'],
    ['flac', 'flac'],
    ['pcm_s16le', 'wav'],
    ['opus', 'opus'],
    ['vorbis', 'ogg'],
    ['ac3', 'm4a'],
  ])('of %s stays of its kind: %s', (codec, extension) => {
    const facts = { ...soundOnly, audio: [{ ...stereo.audio[0]!, codec }] };
    expect(output('audio.process', {}, facts)?.name).toBe(`output.${extension}`);
  });

  it('has a rate, a layout and a bit rate that its codec knows', () => {
    const odd = withSound({ sampleRateHz: 96_000, layout: '5.1(side)' });
    const argv = (format: string): string =>
      JSON.stringify(lastPlan('audio.extract', { format, bitrate: '1500k' }, { facts: odd }).steps);
    expect(argv('opus')).toContain('"-ar","48000"');
    expect(argv('opus')).toContain('channel_layouts=5.1,');
    expect(argv('mp3')).toContain('"-ar","48000"');
    expect(argv('flac')).toContain('channel_layouts=5.1(side)');
    expect(argv('ogg')).toContain('"-ar","48000"');
    const low = withSound({ sampleRateHz: 8_000, channels: 1, layout: 'mono' });
    const made = lastPlan('audio.extract', { format: 'ogg', bitrate: '192k' }, { facts: low });
    expect(made.warnings.join()).toContain('vorbis cannot have 192000');
    const wave = lastPlan('audio.extract', { format: 'wav', bitrate: '192k' }, { facts: stereo });
    expect(wave.warnings.join()).toContain('bitrate is ignored');
  });

  it('of another number of channels never clips silently', () => {
    const made = lastPlan('audio.extract', { format: 'mp3' });
    expect(made.warnings).toContain('the peak would be 2.5 dBTP and clip: it is limited to -1 dBTP');
    expect(graphsOf(made)).toContain('alimiter');
    const quiet = lastPlan('audio.extract', { format: 'mp3' }, { measured: { peak: loudnessText(-20, -3) } });
    expect(graphsOf(quiet)).not.toContain('alimiter');
  });
});

describe('mono', () => {
  const mono = (phase: string) =>
    lastPlan('audio.process', { channels: 'mono', output_format: 'wav' }, { facts: stereo, measured: { phase } });

  it('of channels that cancel out is one of them', () => {
    const made = mono(phaseText([-20, -18, Number.NEGATIVE_INFINITY, -19]));
    expect(graphsOf(made)).toContain('pan=mono|c0=c1');
    expect(made.warnings.join()).toContain('the right one alone');
  });

  it('says when parts are lost, and nothing when none are', () => {
    expect(mono(phaseText([-20, -20, -26, -21])).warnings.join()).toContain('parts of the channels');
    expect(mono(phaseText([-20, -20, -21, -30])).warnings.join()).not.toContain('cancel');
    const silence = Number.NEGATIVE_INFINITY;
    expect(mono(phaseText([silence, silence, silence, silence])).warnings.join()).not.toContain('cancel');
  });
});

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

  it.each(
    ids.filter((id) => ['audio.analyze', 'audio.waveform', 'audio.silence', 'audio.tempo', 'audio.mix'].includes(id)),
  )('of a part is not passed off as the whole: %s', (id) => {
    const half = levelsText(
      48_000,
      Array.from({ length: 15 }, () => -20),
    );
    const measured = { extent: half, levels: half, extent0: half };
    expect(() => lastPlan(id, bare(id), { measured })).toThrow('lasts 15000 ms, and its header says 30000 ms');
  });

  it('needs something to measure', () => {
    expect(() => lastPlan('audio.analyze', {}, { measured: { levels: '' } })).toThrow('nothing of the audio track');
  });
});
