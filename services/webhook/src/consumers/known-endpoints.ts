import { scanAll, type Collection } from '@ffapi/read-model';
import type { EndpointDocument } from '../projections/endpoints.projection.ts';

/** The endpoints in memory, by id and by key: every event asks for them. */
export class KnownEndpoints {
  readonly #collection: Collection<EndpointDocument>;
  readonly #byId = new Map<string, EndpointDocument>();
  readonly #byKey = new Map<string, Map<string, EndpointDocument>>();

  constructor(collection: Collection<EndpointDocument>) {
    this.#collection = collection;
  }

  async load(): Promise<void> {
    for await (const { document } of scanAll(this.#collection)) this.#put(document);
  }

  get(webhookId: string): EndpointDocument | null {
    return this.#byId.get(webhookId) ?? null;
  }

  ofKey(apiKeyId: string): readonly EndpointDocument[] {
    return [...(this.#byKey.get(apiKeyId)?.values() ?? [])];
  }

  async refresh(ids: readonly string[]): Promise<void> {
    const found = new Map((await this.#collection.getMany(ids)).map(({ id, document }) => [id, document]));
    for (const id of ids) {
      const document = found.get(id);
      if (document) this.#put(document);
      else this.#forget(id);
    }
  }

  #put(document: EndpointDocument): void {
    const { webhookId, apiKeyId } = document;
    this.#byId.set(webhookId, document);
    const ofKey = this.#byKey.get(apiKeyId) ?? new Map<string, EndpointDocument>();
    this.#byKey.set(apiKeyId, ofKey.set(webhookId, document));
  }

  #forget(webhookId: string): void {
    const apiKeyId = this.#byId.get(webhookId)?.apiKeyId ?? '';
    this.#byId.delete(webhookId);
    const ofKey = this.#byKey.get(apiKeyId);
    ofKey?.delete(webhookId);
    if (ofKey?.size === 0) this.#byKey.delete(apiKeyId);
  }
}
