import { connect, type Socket } from 'node:net';

/**
 * Opens event streams as raw sockets and tells, for each frame of progress, how long after the time that stands in it
 * it came.
 */
const [host = '', port = ''] = new URL(process.argv[2] ?? '').host.split(':');
const header = process.argv[3] ?? 'x-none: 0';
const stamp = /"speed":(\d+(?:\.\d+)?)/g;
let sockets: Socket[] = [];
let delaysMs: number[] = [];

const open = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    sockets.push(socket);
    let rest = '';
    socket.setEncoding('latin1').once('error', reject);
    socket.on('data', (text: string) => {
      const nowMs = performance.timeOrigin + performance.now();
      rest += text;
      if (rest.includes('retry:')) resolve();
      const lastLine = rest.lastIndexOf('\n');
      for (const [, sentAtMs] of rest.slice(0, lastLine).matchAll(stamp)) delaysMs.push(nowMs - Number(sentAtMs));
      rest = rest.slice(lastLine + 1);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: bench\r\n${header}\r\n\r\n`);
  });

type Question = { readonly open: readonly string[] } | { readonly collect: true } | { readonly close: true };

process.on('message', async (question: Question) => {
  if ('open' in question) {
    for (const path of question.open) await open(path);
    process.send?.('open');
  } else if ('collect' in question) {
    process.send?.(delaysMs);
    delaysMs = [];
  } else {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    process.send?.('closed');
  }
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
