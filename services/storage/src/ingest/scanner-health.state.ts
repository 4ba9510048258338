import { once } from 'node:events';
import type { ComponentHealth } from '@ffapi/service-kit';
import { openScanner, type ScannerOptions } from './clamd.client.ts';

const silenceMs = 2_000;

const answerToPing = async (address: ScannerOptions['address']): Promise<string> => {
  const socket = openScanner({ address, silenceMs });
  socket.setTimeout(silenceMs, () => socket.destroy(new Error('it is silent')));
  try {
    socket.write('zPING\0');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('latin1').replace(/\0.*$/s, '');
  } finally {
    socket.destroy();
  }
};

/** Whether the virus scanner answers; while it does not, every file is refused. */
export const scannerHealth = async (address: ScannerOptions['address']): Promise<ComponentHealth> => {
  try {
    const answer = await answerToPing(address);
    return answer === 'PONG'
      ? { status: 'up' }
      : { status: 'degraded', detail: { reason: `it answered ${answer.slice(0, 80)}` } };
  } catch (error) {
    const reason = `no file is taken in: the scanner at ${address} cannot be reached (${(error as Error).message})`;
    return { status: 'degraded', detail: { reason } };
  }
};
