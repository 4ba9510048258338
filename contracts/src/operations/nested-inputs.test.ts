import { expect, it } from 'vitest';
import { inputAt, nestedInputs, withValueAt } from './nested-inputs.ts';

const nested = { 'clips.*': 'video', 'filters.*.params.image_url': 'image', 'background.url': 'any' } as const;
const params = {
  clips: ['file_aaaa', 'https://example.com/b.mp4'],
  filters: [
    { type: 'blur', params: { sigma: 2 } },
    { type: 'watermark', params: { image_url: 'file_cccc' } },
  ],
};

it('finds media wherever a pattern leads, and nothing where the way ends', () => {
  expect(
    nestedInputs({ nested }, params).map(({ name, pointer, value, kind }) => [name, pointer, value, kind]),
  ).toEqual([
    ['clips-0', '/clips/0', 'file_aaaa', 'video'],
    ['clips-1', '/clips/1', 'https://example.com/b.mp4', 'video'],
    ['filters-1-params-image_url', '/filters/1/params/image_url', 'file_cccc', 'image'],
  ]);
  const byName = nestedInputs({ nested: { 'files.*': 'any' } }, { files: { film: 'file_aaaa' } });
  expect(byName.map(({ name }) => name)).toEqual(['files-film']);
  expect(nestedInputs({ nested }, { clips: 'text', filters: [null] })).toEqual([]);
  expect(nestedInputs({}, params)).toEqual([]);
});

it('names an input by its place', () => {
  expect(inputAt('filters', 1, 'params', 'image_url')).toBe('filters-1-params-image_url');
});

it('replaces one text and leaves the rest as it is', () => {
  const changed = withValueAt(params, ['clips', 1], 'https://example.com/');
  expect(changed).toEqual({ ...params, clips: ['file_aaaa', 'https://example.com/'] });
  expect(params.clips[1]).toBe('https://example.com/b.mp4');
});
