import { hasThumbnail, type SharedFile, type StoredFile } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { fileResourceOf } from '@ffapi/job-view';
import { derivedKey, type ServiceContext } from '@ffapi/service-kit';
import { answerFile, answerHead, anybody, parseRange, thumbnailOf } from '../files/index.ts';
import {
  cookieValue,
  RequestRefused,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersFor,
} from '../requests/index.ts';
import { earlier } from './earlier.ts';
import { isGranted, signGrant } from './share-grant.ts';
import { goneSharePage, sharePage, type Brand, type PageNote } from './share-page.ts';
import type { FoundShare } from './share-downloads.state.ts';
import type { SharePorts } from './share-ports.ts';
import { statusOf } from './share.decider.ts';

const openedSeconds = 3600;
const begunSeconds = 24 * 3600;

interface Opened extends FoundShare {
  readonly file: StoredFile;
}

const wantsPage = (call: Call): boolean => call.header('accept')?.includes('text/html') === true;

const brandOf = ({ config }: ServiceContext): Brand => ({
  name: config.SHARE_BRAND_NAME,
  logoUrl: config.SHARE_BRAND_LOGO_URL,
  color: config.SHARE_BRAND_COLOR,
});

/** Pictures and film may come from a bucket that the address here leads to, and the logo from where the operator has it. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: http:; media-src 'self' https: http:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
} as const;

const privately = { 'cache-control': 'no-store' } as const;

type VisitorRoutes = 'shared_page' | 'open_share' | 'shared_file' | 'shared_thumbnail';

/** What whoever has the link can do with a share. */
export const visitorHandlers = (ports: SharePorts): HandlersFor<VisitorRoutes> => {
  const { context, shareDownloads: downloads } = ports;
  const key = derivedKey(context.masterKey, 'share-grants');
  const nowMs = (): number => Date.parse(context.now());
  const cookieOf = (shareId: string): string => `ffapi_${shareId}`;

  /** A share that leads to its file; whatever is in the way, the answer is the same. */
  const openOf = async (call: Call & { readonly params: { readonly id: string } }): Promise<Opened> => {
    const found = await downloads.find(call.params.id);
    if (!found) {
      // Who makes links up is counted as who makes keys up.
      await ports.limits.countAddress(call.request.ip, call.reply);
      throw new RequestRefused('share_not_found');
    }
    if (statusOf(found.share, found.downloads, context.now()) === 'expired')
      throw new RequestRefused('share_not_found');
    const { file } = await context
      .request('asset.resolve', { fileId: found.share.fileId, actor: anybody })
      .catch((error: unknown) => {
        throw error instanceof Refusal && error.code === 'file_not_found'
          ? new RequestRefused('share_not_found')
          : error;
      });
    return { ...found, file };
  };

  const isOpen = ({ share }: FoundShare, grant: string | undefined): boolean =>
    share.passwordHash === null || isGranted(key, 'opened', share.shareId, grant, nowMs());

  const sharedOf = ({ share, downloads: counted, file }: Opened, grant: string | undefined): SharedFile => {
    const { shareId, title, downloadsMax } = share;
    const under = (path: string): string => `/s/${shareId}/${path}${grant === undefined ? '' : `?grant=${grant}`}`;
    const { media, content_type } = fileResourceOf(ports.links(), file);
    return {
      share_id: shareId,
      title,
      needs_password: false,
      name: file.name,
      size_bytes: file.sizeBytes,
      content_type,
      media,
      file_url: ports.links().url(under('file')),
      thumbnail_url: hasThumbnail(file.main, file.media) ? ports.links().url(under('thumbnail.jpg')) : null,
      expires_at: earlier(share.expiresAt, file.expiresAt),
      downloads_left: downloadsMax === null ? null : Math.max(0, downloadsMax - counted),
    };
  };

  /** Before the password nothing is told but that there is one. */
  const closedOf = ({ share: { shareId, title } }: FoundShare): SharedFile => ({
    share_id: shareId,
    title,
    needs_password: true,
    name: null,
    size_bytes: null,
    content_type: null,
    media: null,
    file_url: null,
    thumbnail_url: null,
    expires_at: null,
    downloads_left: null,
  });

  const show = (call: Call, shared: SharedFile, note: PageNote | null = null, status = 200) =>
    wantsPage(call)
      ? { status, headers: pageHeaders, body: sharePage(shared, brandOf(context), note) }
      : { status, headers: privately, body: shared };

  /** For people a page that says so, for programs the problem. */
  const orGone = async <T>(call: Call, work: () => Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.code !== 'share_not_found' || !wantsPage(call)) throw error;
      return { status: 404, headers: pageHeaders, body: goneSharePage(brandOf(context)) };
    }
  };

  const usable = (opened: Opened): Opened => {
    if (statusOf(opened.share, opened.downloads, context.now()) !== 'active')
      throw new RequestRefused('share_not_found');
    return opened;
  };

  const sendFile = async (call: CallOf<'shared_file'>): Promise<AnswerFor<'shared_file'> | undefined> => {
    const opened = await openOf(call);
    const { share, file } = opened;
    if (!isOpen(opened, call.query.grant)) throw new RequestRefused('share_password_wrong');
    const isUnlimited = share.downloadsMax === null;
    const found = { file, path: '', linkEndsAtMs: null, isSaved: !(isUnlimited && call.query.inline === true) };
    if (call.request.method === 'HEAD') {
      usable(opened);
      return answerHead(call, await answerFile(ports, call, found));
    }
    const range = parseRange(call.header('range'), file.blob.sizeBytes);
    const begun = cookieValue(call.header('cookie'), cookieOf(share.shareId)) ?? undefined;
    const goesOn =
      range !== null &&
      range !== 'unsatisfiable' &&
      range.start > 0 &&
      isGranted(key, 'begun', share.shareId, begun, nowMs());
    if (!found.isSaved || goesOn) return answerFile(ports, call, found);
    usable(opened);
    await downloads.count(share, { causationId: call.requestId, origin: call.caller.origin });
    const grant = signGrant(key, 'begun', share.shareId, Math.floor(nowMs() / 1000) + begunSeconds);
    const isHttps = ports.links().url('/').startsWith('https:');
    const cookie = `${cookieOf(share.shareId)}=${grant}; Path=/s/${share.shareId}; Max-Age=${begunSeconds}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
    const answer = await answerFile(ports, call, found);
    return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie, 'cache-control': 'no-store' } };
  };

  return {
    shared_page: (call) =>
      orGone(call, async () => {
        const opened = usable(await openOf(call));
        return show(call, isOpen(opened, call.query.grant) ? sharedOf(opened, call.query.grant) : closedOf(opened));
      }),
    open_share: (call) =>
      orGone(call, async () => {
        const opened = usable(await openOf(call));
        const { shareId, passwordHash } = opened.share;
        if (passwordHash === null) return show(call, sharedOf(opened, undefined));
        const takeBack = await ports.shareAttempts.count([`${shareId} ${call.request.ip}`]);
        if (!(await ports.passwords.verify(passwordHash, call.body.password))) {
          const note = { text: 'This is not the password of the link.', isError: true } as const;
          if (wantsPage(call)) return show(call, closedOf(opened), note, 403);
          throw new RequestRefused('share_password_wrong');
        }
        await takeBack();
        const grant = signGrant(key, 'opened', shareId, Math.floor(nowMs() / 1000) + openedSeconds);
        return show(call, sharedOf(opened, grant));
      }),
    shared_file: sendFile,
    shared_thumbnail: async (call) => {
      const opened = usable(await openOf(call));
      if (!isOpen(opened, call.query.grant)) throw new RequestRefused('share_password_wrong');
      const { blob, contentType } = await thumbnailOf(context, opened.file);
      return {
        headers: {
          'content-type': contentType,
          'content-length': String(blob.sizeBytes),
          'cache-control': 'private, max-age=3600',
        },
        body: await context.blobs.get(blob),
      };
    },
  };
};
