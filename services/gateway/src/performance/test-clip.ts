const width = 320;
const height = 180;
const ratePerSecond = 30;
const frames = 10 * ratePerSecond;
const frameBytes = (width * height * 3) / 2;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** 32-bit little-endian words; a string stands for its four letters. */
const words = (...values: (number | string)[]): Uint8Array =>
  joined(
    values.map((value) => (typeof value === 'string' ? text(value) : new Uint8Array(new Uint32Array([value]).buffer))),
  );

/** A RIFF chunk; all bodies here are of even length. */
const chunk = (id: string, ...body: Uint8Array[]): Uint8Array => {
  const bytes = joined(body);
  return joined([words(id, bytes.length), bytes]);
};

/** Waves that move, over a texture that is hard to predict: neither a still nor noise. */
const paint = (frame: Uint8Array, t: number): void => {
  const columns = Float64Array.from({ length: width }, (_, x) => 45 * Math.sin((x + 4 * t) / 17));
  for (let y = 0; y < height; y++) {
    const row = 128 + 50 * Math.sin((y - 3 * t) / 23);
    for (let x = 0; x < width; x++)
      frame[y * width + x] = row + (columns[x] as number) + (((x + t) ^ (y + 2 * t)) & 31);
  }
  const chroma = width * height;
  const quarter = chroma / 4;
  for (let i = 0; i < quarter; i++) {
    frame[chroma + i] = 96 + (((i % (width / 2)) + t) & 63);
    frame[chroma + quarter + i] = 96 + ((Math.floor(i / (width / 2)) + 2 * t) & 63);
  }
};

/** Ten seconds of a synthetic film, uncompressed in AVI: the same bytes every time. */
export const paintTestClip = (): Uint8Array<ArrayBuffer> => {
  const tail = [frames, 0, 1, frameBytes, width, height, 0, 0, 0, 0];
  const header = words(1_000_000 / ratePerSecond, frameBytes * ratePerSecond, 0, 0, ...tail);
  const stream = words('vids', 'I420', 0, 0, 0, 1, ratePerSecond, 0, frames, frameBytes, 0xffff_ffff, 0, 0, 0);
  // Planes (1) in the low half of a word, bits a pixel (12) in the high half.
  const format = words(40, width, height, 1 + 12 * 0x1_0000, 'I420', frameBytes, 0, 0, 0, 0);
  const streamList = chunk('LIST', text('strl'), chunk('strh', stream), chunk('strf', format));
  const headers = chunk('LIST', text('hdrl'), chunk('avih', header), streamList);
  const film = Array.from({ length: frames }, (_, t) => {
    const frame = new Uint8Array(frameBytes);
    paint(frame, t);
    return chunk('00dc', frame);
  });
  return chunk('RIFF', text('AVI '), headers, chunk('LIST', text('movi'), ...film)) as Uint8Array<ArrayBuffer>;
};
