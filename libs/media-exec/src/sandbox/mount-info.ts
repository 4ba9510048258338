/** One mount as `/proc/PID/mountinfo` tells it (proc(5)). */
export interface Mount {
  /** Major and minor number of what is mounted. */
  readonly device: string;
  /** The part of it that is shown. */
  readonly root: string;
  /** Where it is shown. */
  readonly point: string;
  readonly isReadOnly: boolean;
  readonly type: string;
}

const plain = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

export const parseMounts = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [head = '', tail = ''] = line.split(' - ');
    const [, , device, root, point, options] = head.split(' ');
    const [type] = tail.split(' ');
    if (!device || !root || !point || !options || !type) return [];
    return [{ device, root: plain(root), point: plain(point), isReadOnly: options.split(',').includes('ro'), type }];
  });

const join = (root: string, below: string): string => (root === '/' ? below || '/' : root + below);

/** What lies at a path, as a mount of it would show it. */
export const sourceOf = (path: string, mounts: readonly Mount[]): Pick<Mount, 'device' | 'root'> | null => {
  const holding = mounts
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
    // Of those at one place the last covers the others.
    .reduce<Mount | null>((best, each) => (best && best.point.length > each.point.length ? best : each), null);
  if (holding === null) return null;
  return {
    device: holding.device,
    root: join(holding.root, path.slice(holding.point === '/' ? 0 : holding.point.length)),
  };
};
