import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { root } from '../../infra/docker/dockerfile.ts';
import { renderFolder } from '../../infra/k8s/render.ts';

/** Where KEDA's operator and the definitions of its kinds are; built when they are not there. */
export const kedaFolder = (): string =>
  execFileSync(process.execPath, [join(root, 'tools/keda/build.mjs')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();

/** Tells the API server of KEDA's kinds, byte for byte: the client knows some fields of a schema by other names. */
export const defineKedaKinds = async (config: KubeConfig): Promise<void> => {
  const server = new URL(config.getCurrentCluster()?.server ?? '');
  for (const kind of renderFolder(join(kedaFolder(), 'kinds'))) {
    const options: RequestOptions = { method: 'POST', headers: { 'content-type': 'application/json' } };
    await config.applyToHTTPSOptions(options);
    const call = request(new URL('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', server), options);
    call.end(JSON.stringify(kind));
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    const said = await text(answer);
    if (answer.statusCode !== 201) throw new Error(`${kind.metadata.name} was not taken: ${said}`);
  }
};
