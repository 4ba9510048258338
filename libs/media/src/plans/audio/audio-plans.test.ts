import { operations } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { film, withSound } from '../../fixtures/facts.ts';
import { golden, showPlan } from '../../fixtures/golden.ts';
import { loudnessText, phaseText } from '../../fixtures/measured-sound.ts';
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
