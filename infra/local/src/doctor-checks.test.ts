import { expect, it } from 'vitest';
import { linesOf } from './doctor-checks.ts';

it.each([
  [{ what: 'node', ok: true, detail: '24.0.0' }, ['ok      node         24.0.0']],
  [{ what: 'sandbox', ok: false, detail: 'it leaks' }, ['FAILED  sandbox      it leaks']],
  [
    { what: 'ffmpeg', ok: true, detail: '5.1.9', warnings: ['known holes', 'no libass'] },
    ['ok      ffmpeg       5.1.9', 'WARN    ffmpeg       known holes', 'WARN    ffmpeg       no libass'],
  ],
])('gives each warning a line of its own: %o', (check, lines) => {
  expect(linesOf(check)).toEqual(lines);
});
