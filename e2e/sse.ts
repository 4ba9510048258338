export interface Frame {
  readonly id: string | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Watching {
  readonly signal?: AbortSignal;
  readonly lastEventId?: string | null;
}

/** The frames of a server-sent event stream until the server ends it; after those that were seen before. */
export async function* framesOf(
  url: string,
  apiKey: string,
  { signal, lastEventId }: Watching = {},
): AsyncGenerator<Frame> {
  const response = await fetch(url, {
    headers: { 'x-api-key': apiKey, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok || !response.body) throw new Error(`GET ${url}: ${response.status}`);
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(block)?.[1];
      const [event, data] = [field('event'), field('data')];
      if (event && data) yield { id: field('id') ?? null, event, data: JSON.parse(data) as Frame['data'] };
    }
  }
}
