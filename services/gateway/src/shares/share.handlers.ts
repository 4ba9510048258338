import { maySee, shareStream, visibleTo, type ShareResource, type shareRoutes } from '@ffapi/contracts';
import type { Links } from '@ffapi/job-view';
import { commander } from '@ffapi/service-kit';
import { fileIdOf } from '../files/index.ts';
import { actorOf } from '../identity/index.ts';
import {
  pageBody,
  causedBy,
  replayed,
  RequestRefused,
  type HandlersFor,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';
import { earlier } from './earlier.ts';
import type { FoundShare } from './share-downloads.state.ts';
import type { SharePorts } from './share-ports.ts';
import { shareDecider, statusOf } from './share.decider.ts';
import type { ShareDocument } from './shares.projection.ts';
import { visitorHandlers } from './visitor.handlers.ts';

const pageDefault = 50;

const resourceOf = (links: Links, share: ShareDocument, now: string): ShareResource => ({
  share_id: share.shareId,
  url: links.url(`/s/${share.shareId}`),
  file_id: share.fileId,
  title: share.title,
  status: statusOf(share, share.downloads, now),
  has_password: share.hasPassword,
  expires_at: share.expiresAt,
  max_downloads: share.downloadsMax,
  downloads: share.downloads,
  created_at: share.createdAt,
});

const documentOf = ({ share: { passwordHash, ...share }, downloads, createdAt }: FoundShare): ShareDocument => ({
  ...share,
  hasPassword: passwordHash !== null,
  downloads,
  createdAt,
});

/** What owners do with shares. */
const ownerHandlers = (ports: SharePorts): HandlersFor<'create_share' | 'list_shares' | 'revoke_share'> => {
  const { context, reads, shareDownloads: downloads } = ports;
  const decide = commander(context, shareDecider, shareStream);
  return {
    create_share: async (call) => {
      const { expires_in, max_downloads = null, password, title = null } = call.body;
      const { name } = call.params;
      const fileId = await fileIdOf(ports, call, name);
      const { file } = await context.request('asset.resolve', { fileId, actor: actorOf(call.caller) });
      if (file.main !== null) throw new RequestRefused('share_not_a_file');
      const claim = await ports.idempotency.claim(call, () => context.newId('share'));
      const asked =
        expires_in === undefined ? null : new Date(Date.parse(context.now()) + expires_in * 1000).toISOString();
      const share = {
        shareId: claim.resourceId,
        apiKeyId: file.apiKeyId,
        fileId,
        title,
        passwordHash: password === undefined ? null : await ports.passwords.hash(password),
        downloadsMax: max_downloads,
        expiresAt: earlier(asked, file.expiresAt),
      };
      const { commit } = await decide(share.shareId, { type: 'CreateShare', share }, causedBy(context, call));
      if (commit) await reads.sharesHold(commit.position);
      const found = await downloads.find(share.shareId);
      if (!found) throw new RequestRefused('share_not_found');
      const body = resourceOf(ports.links(), documentOf(found), context.now());
      return { headers: { location: `/s/${share.shareId}`, ...replayed(claim) }, body };
    },
    list_shares: async ({ caller, query: { file_id, cursor, limit = pageDefault } }) => {
      const where = {
        ...visibleTo(caller),
        ...(file_id === undefined ? {} : { fileId: file_id }),
      };
      const { documents, next } = await reads.shares.find({
        where,
        sort: 'createdAt',
        descending: true,
        after: cursor,
        limit,
      });
      const data = documents.map(({ document }) => resourceOf(ports.links(), document, context.now()));
      return { body: pageBody(data, next) };
    },
    revoke_share: async (call) => {
      const found = await downloads.find(call.params.id);
      if (!found || !maySee(call.caller, found.share.apiKeyId)) throw new RequestRefused('share_not_found');
      const command = { type: 'RevokeShare', by: call.caller.keyId } as const;
      const { commit } = await decide(call.params.id, command, causedBy(context, call));
      if (commit) await reads.sharesHold(commit.position);
      return { status: 204 };
    },
  };
};

/** Links to files for people without a key. */
export const openShares = (ports: SharePorts): Slice<HandlersOf<typeof shareRoutes>> => ({
  handlers: { ...ownerHandlers(ports), ...visitorHandlers(ports) },
});
