import { expect, it } from 'vitest';
import { dashManifest } from './dash-manifest.ts';

const set = (id: number, attributes: string, representation: number): string =>
  `\t\t<AdaptationSet id="${id}" ${attributes}>\n\t\t\t<Representation id="${representation}">\n\t\t\t</Representation>\n\t\t</AdaptationSet>\n`;
const video = (width: number, height: number, par: string): string =>
  `contentType="video" maxWidth="${width}" maxHeight="${height}" par="${par}"`;
const muxed = (...sets: readonly string[]): string => `<MPD>\n\t<Period id="0">\n${sets.join('')}\t</Period>\n</MPD>\n`;
const rung = (name: string) => ({ name, role: 'video' }) as const;
const sound = { name: 'audio', role: 'audio' } as const;

it('has all rungs in one set, of the largest size', () => {
  const made = dashManifest(
    muxed(set(0, video(426, 240, '71:40'), 0), set(1, video(640, 360, '16:9'), 1), set(2, 'contentType="audio"', 2)),
    { renditions: [rung('240p'), rung('360p'), sound], labels: {}, captions: [] },
  );
  expect(made.match(/<AdaptationSet [^>]*>/g)).toEqual([
    '<AdaptationSet id="0" contentType="video" maxWidth="640" maxHeight="360">',
    '<AdaptationSet id="1" contentType="audio">',
  ]);
  expect(made.match(/<Representation id="\d"/g)).toHaveLength(3);
  expect(made).toMatch(/^<MPD>\n\t<Period id="0">\n[^]*\t\t<\/AdaptationSet>\n\t<\/Period>\n<\/MPD>\n$/);
});

it('names the languages, and escapes what files call their tracks', () => {
  const label = { name: 'R & <D>', language: 'de', isDefault: false, isAutoselected: true };
  const made = dashManifest(muxed(set(0, 'contentType="audio" lang="ger" a="b"', 0)), {
    renditions: [sound],
    labels: { audio: label },
    captions: [],
  });
  expect(made).toContain('<AdaptationSet id="0" contentType="audio" a="b" lang="de">');
  expect(made).toContain('<Label>R &amp; &lt;D&gt;</Label>');
  expect(made).toContain('value="alternate"');
});
