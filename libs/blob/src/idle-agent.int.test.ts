import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIdleAgent } from './idle-agent.ts';

const idleTimeoutMs = 200;
const dir = mkdtempSync(join(tmpdir(), 'ffapi-idle-'));
afterAll(() => rmSync(dir, { recursive: true }));
const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
const bodyBytes = 8 << 20;

/** Longer than a connection may be silent. */
const waitLong = async (): Promise<void> => {
  const start = performance.now();
  await expect.poll(() => performance.now() - start).toBeGreaterThan(3 * idleTimeoutMs);
};

describe.each(['http', 'https'])('connections over %s', (scheme) => {
  const answerTo: RequestListener = ({ url }, answer) => {
    if (url === '/silent') return;
    answer.end(url === '/large' ? Buffer.alloc(bodyBytes) : 'short');
  };
  let server: http.Server | https.Server;
  let url: string;
  beforeAll(async () => {
    const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...named], {
      stdio: 'ignore',
    });
    server =
      scheme === 'http'
        ? http.createServer(answerTo)
        : https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, answerTo);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = async (agent: http.Agent, path: string): Promise<IncomingMessage> => {
    const request =
      scheme === 'http'
        ? http.get(`${url}${path}`, { agent })
        : https.get(`${url}${path}`, { agent, ca: readFileSync(cert) });
    // It may also break while the answer is read, who then finds the error there.
    request.on('error', () => {});
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  };
  const pause = async (body: IncomingMessage): Promise<number> => {
    await once(body, 'readable');
    await waitLong();
    return (await buffer(body)).length;
  };

  it.each([false, true])('that are silent end, new ones and kept ones (until answered: %s)', async (untilAnswered) => {
    const agent = openIdleAgent({ url, idleTimeoutMs, untilAnswered });
    for (let round = 0; round < 2; round++) {
      await expect(ask(agent, '/silent')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
      expect((await buffer(await ask(agent, '/short'))).toString()).toBe('short');
    }
    // One that nobody uses meanwhile ends as well, and hurts nobody.
    await waitLong();
    expect((await buffer(await ask(agent, '/short'))).toString()).toBe('short');
    agent.destroy();
  });

  it('wait for a reader who pauses, where silence is counted until an answer only', async () => {
    const patient = openIdleAgent({ url, idleTimeoutMs, untilAnswered: true });
    for (let round = 0; round < 2; round++) expect(await pause(await ask(patient, '/large'))).toBe(bodyBytes);
    patient.destroy();
    const strict = openIdleAgent({ url, idleTimeoutMs });
    await expect(pause(await ask(strict, '/large'))).rejects.toThrow();
    strict.destroy();
  });
});
