import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../fixtures/plan-transcode.ts';

describe('properties', () => {
  const any = fc.record(
    {
      output_format: fc.constantFrom('mp4', 'mkv', 'webm', 'hls', 'dash', 'mov', 'mp3', 'opus', 'wav'),
      preset: fc.constantFrom('fast', 'balanced', 'quality', 'web_optimized', 'mobile_friendly'),
      resolution: fc.constantFrom('4K', '720p', '240p', '333x201', '1920x1080'),
      fps: fc.integer({ min: 1, max: 60 }),
      audio_bitrate: fc.constantFrom('64k', '192k'),
    },
    { requiredKeys: [] },
  );

  it('says no word to a shell, writes only what it announces, and never starts a name with a dash', () => {
    fc.assert(
      fc.property(any, (params) => {
        const made = plan(params);
        const names = made.outputs.map((output) => output.name);
        for (const step of made.steps) {
          expect(step.writes.every((name) => names.includes(name))).toBe(true);
          const written = step.argv.flatMap((token) =>
            typeof token === 'object' && 'out' in token ? [token.out] : [],
          );
          expect(written.every((name) => step.writes.includes(name))).toBe(true);
          const words = step.argv.filter((token) => typeof token === 'string');
          expect(words.filter((word) => /[`\n]|\$\(|&&|\|\|/.test(word))).toEqual([]);
        }
        expect(names.filter((name) => name.startsWith('-') || name.includes('/'))).toEqual([]);
        expect(made.steps.reduce((sum, step) => sum + step.weight, 0)).toBeCloseTo(1);
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
      }),
      { numRuns: 150 },
    );
  });

  it('puts the guard before every input', () => {
    fc.assert(
      fc.property(any, (params) => {
        for (const step of plan(params).steps) {
          const at = step.argv.indexOf('-i');
          expect(step.argv.slice(0, at)).toEqual(
            expect.arrayContaining(['-protocol_whitelist', '-format_whitelist', '-codec_whitelist', '-max_pixels']),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});
