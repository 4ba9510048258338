import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

interface Asked {
  readonly job_id: string;
  readonly input: string;
  readonly frame: { readonly index: number; readonly of: number; readonly time_seconds: number; readonly data: string };
}

export interface Moderator {
  readonly url: string;
  /** Every call whose signature was right. */
  readonly asked: Asked[];
  isDown: boolean;
  close(): void;
}

/** The mean colour of a picture. */
const colourOf = (jpeg: Buffer): [red: number, green: number, blue: number] => {
  const argv = ['-v', 'error', '-f', 'mjpeg', '-i', '-', '-vf', 'scale=1:1:flags=area', '-pix_fmt', 'rgb24'];
  const [red = 0, green = 0, blue = 0] = execFileSync('ffmpeg', [...argv, '-f', 'rawvideo', '-'], { input: jpeg });
  return [red, green, blue];
};

/** Red is surely bad, green nearly so, blue is nothing. */
const labelsOf = (jpeg: Buffer): { name: string; confidence: number }[] => {
  const [red, green, blue] = colourOf(jpeg);
  if (red > green + 60 && red > blue + 60) return [{ name: 'red', confidence: 0.97 }];
  if (green > red + 60 && green > blue + 60) return [{ name: 'green', confidence: 0.85 }];
  return [{ name: 'red', confidence: 0.02 }];
};

/** A moderation server of the operator's own, which judges by colour and takes signed calls only. */
export const startModerator = async (secret: string): Promise<Moderator> => {
  const moderator = { url: '', asked: [] as Asked[], isDown: false, close: () => {} };
  const server: Server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    if (moderator.isDown) return response.writeHead(503, { 'retry-after': '0' }).end('busy');
    try {
      new Webhook(secret).verify(text, request.headers as Record<string, string>);
    } catch {
      return response.writeHead(401).end();
    }
    const asked = JSON.parse(text) as Asked;
    moderator.asked.push(asked);
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ labels: labelsOf(Buffer.from(asked.frame.data, 'base64')) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  moderator.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`;
  moderator.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return moderator;
};
