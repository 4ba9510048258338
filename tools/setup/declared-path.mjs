// Tests see the programs that their lane declares, those of a bare Debian, and no others: one that is missing from the
// declaration is missing on every machine, not on fresh ones alone.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { needs } from './needs.mjs';
import { binDir, find, folders, root } from './shell.mjs';

/** What every Debian has: its essential packages, and git, procps and a loader of npm, which come before this project. */
const base = `
  sh bash dash env true false test [ expr printf echo cat tee head tail cut tr sort uniq wc nl od seq date sleep timeout
  mkfifo mknod link unlink install shuf split comm join paste tac expand fold env yes basename dirname readlink realpath pwd ls mkdir mktemp rm rmdir cp mv ln touch truncate chmod chown stat df du sync
  dd split sed grep egrep fgrep awk mawk find xargs diff cmp tar gzip gunzip zcat sha256sum md5sum base64 id whoami
  uname hostname nproc getconf nohup nice kill ps pgrep pkill free getopt which tty stty script mount umount
  losetup mkfs.ext4 mke2fs e2fsck resize2fs unshare nsenter setsid flock prlimit chrt ldd dpkg dpkg-query apt-get
  apt-cache git node npm npx perl
`
  .trim()
  .split(/\s+/);

const found = (tool) => {
  if (typeof tool === 'string') return [find(tool)].filter(Boolean);
  return [...new Set([binDir, ...folders, '/usr/local/go/bin'])].flatMap((dir) => {
    try {
      return readdirSync(dir)
        .filter((name) => tool.test(name))
        .map((name) => join(dir, name));
    } catch {
      return [];
    }
  });
};

/** A PATH of links to what these needs and every Debian have; goes away with this process. */
export const declaredPath = (names) => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-path-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(dir, { recursive: true });
  const tools = new Set([...base, ...names.flatMap((name) => needs[name].tools)].flatMap(found));
  const linked = new Set();
  for (const tool of tools) {
    const name = tool.slice(tool.lastIndexOf('/') + 1);
    if (linked.has(name)) continue;
    linked.add(name);
    symlinkSync(tool, join(dir, name));
  }
  return [join(root, 'node_modules', '.bin'), dir].join(delimiter);
};
