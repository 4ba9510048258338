import { loadConfig } from '@ffapi/config';
import { expect, it } from 'vitest';
import { RequestRefused } from '../requests/problem.http.ts';
import { refuseUrl } from './refuse-url.ts';

const config = loadConfig({ PUBLIC_BASE_URL: 'https://media.example.com:8443', HOST: '198.20.0.7' });

it.each(['https://media.example.com/files/x.mp4', 'http://MEDIA.example.com./', 'http://198.20.0.7:8080/v1/jobs'])(
  'a URL of the platform itself is refused, with the way to do it: %s',
  (url) => {
    const refusal = () => refuseUrl({ config }, url, 'input_url');
    expect(refusal).toThrow(RequestRefused);
    expect(refusal).toThrow(
      expect.objectContaining({ code: 'url_refused', detail: expect.stringContaining('the id of') }),
    );
  },
);

it('another one is not', () => {
  expect(() => refuseUrl({ config }, 'https://example.com/x.mp4', 'input_url')).not.toThrow();
  const open = loadConfig({ PUBLIC_BASE_URL: 'http://127.0.0.1:3000', ALLOW_PRIVATE_IPS: 'true' });
  expect(() => refuseUrl({ config: open }, 'http://127.0.0.1:3000/files/x', 'input_url')).not.toThrow();
});
