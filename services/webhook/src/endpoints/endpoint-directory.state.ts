import type { EndpointEvent } from '@ffapi/contracts';
import { projectedEvents, type RecordedCommit } from '@ffapi/es';
import { scanAll, type Collection } from '@ffapi/read-model';
import { endpoints, type EndpointDocument } from './endpoints.projection.ts';

interface Known {
  readonly document: EndpointDocument;
  /** Of the newest commit that it tells of. */
  readonly position: number;
}

/** The endpoints in memory, by id and by key: every event asks for them. */
export class EndpointDirectory {
  readonly #collection: Collection<EndpointDocument>;
  readonly #byId = new Map<string, Known>();
  readonly #byKey = new Map<string, Map<string, EndpointDocument>>();
  #loadedTo = 0;

  constructor(collection: Collection<EndpointDocument>) {
    this.#collection = collection;
  }

  /** Takes what is written, which tells of everything up to that position. */
  async load(writtenTo: number): Promise<void> {
    this.#loadedTo = writtenTo;
    for await (const { document, position } of scanAll(this.#collection)) this.#put(document, position);
  }

  /** Takes a commit that may not be written yet. */
  apply(commit: RecordedCommit<EndpointEvent>): void {
    if (commit.position <= this.#loadedTo) return;
    for (const event of projectedEvents(commit)) {
      const { webhookId } = event.event.data;
      const before = this.#byId.get(webhookId);
      if (before && before.position >= commit.position) continue;
      const document = endpoints.evolve(before?.document ?? null, event, webhookId);
      if (document) this.#put(document, commit.position);
      else this.#forget(webhookId);
    }
  }

  get(webhookId: string): EndpointDocument | null {
    return this.#byId.get(webhookId)?.document ?? null;
  }

  ofKey(apiKeyId: string): readonly EndpointDocument[] {
    return [...(this.#byKey.get(apiKeyId)?.values() ?? [])];
  }

  async refresh(ids: readonly string[]): Promise<void> {
    const found = new Map((await this.#collection.getMany(ids)).map((stored) => [stored.id, stored]));
    for (const id of ids) {
      const stored = found.get(id);
      if (stored) this.#put(stored.document, stored.position);
      else this.#forget(id);
    }
  }

  #put(document: EndpointDocument, position: number): void {
    const { webhookId, apiKeyId } = document;
    if ((this.#byId.get(webhookId)?.position ?? 0) > position) return;
    this.#byId.set(webhookId, { document, position });
    const ofKey = this.#byKey.get(apiKeyId) ?? new Map<string, EndpointDocument>();
    this.#byKey.set(apiKeyId, ofKey.set(webhookId, document));
  }

  #forget(webhookId: string): void {
    const apiKeyId = this.get(webhookId)?.apiKeyId ?? '';
    this.#byId.delete(webhookId);
    const ofKey = this.#byKey.get(apiKeyId);
    ofKey?.delete(webhookId);
    if (ofKey?.size === 0) this.#byKey.delete(apiKeyId);
  }
}
