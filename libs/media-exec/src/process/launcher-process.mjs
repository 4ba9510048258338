// The child side of launcher.ts. Plain JavaScript, and Node alone: with types to strip it would take twice its memory.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import process from 'node:process';

/** What has come so far of tools that are not started: the order, and the two sockets that become their output. */
const waiting = new Map();
/** Process groups of tools that run. */
const groups = new Set();

// Whoever does not hear it any more has ended: `disconnect` follows.
const tell = (word) => void process.send(word, () => {});

const tellFault = (id, { message, code, errno, syscall, path }) =>
  tell({ id, fault: { message, code, errno, syscall, path } });

const start = (id, { command, args, cwd, env }, streams) => {
  let tool;
  try {
    tool = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', ...streams] });
  } catch (error) {
    tellFault(id, error);
    return;
  } finally {
    // The tool's end is the end of its output.
    for (const stream of streams) stream.destroy();
  }
  const { pid } = tool;
  tool.once('error', (error) => tellFault(id, error));
  if (pid === undefined) return;
  groups.add(pid);
  tool.once('exit', (exitCode, signal) => {
    groups.delete(pid);
    tell({ id, exitCode, signal });
  });
  tell({ id, pid });
};

const add = (id, part) => {
  const parts = { ...waiting.get(id), ...part };
  waiting.set(id, parts);
  if (!parts.order || !parts.stdout || !parts.stderr) return;
  waiting.delete(id);
  start(id, parts.order, [parts.stdout, parts.stderr]);
};

const forget = (id) => {
  const { stdout, stderr } = waiting.get(id) ?? {};
  stdout?.destroy();
  stderr?.destroy();
  waiting.delete(id);
};

const server = createServer((socket) => {
  // Its other side has given up; that is told over the channel.
  socket.on('error', () => {});
  // One write of a few bytes arrives as one.
  socket.once('data', (greeting) => {
    const [id, name] = String(greeting).split(' ');
    if (name !== 'stdout' && name !== 'stderr') return socket.destroy();
    socket.once('close', () => forget(id));
    add(id, { [name]: socket });
  });
});

process.on('message', ({ id, order }) => (order ? add(id, { order }) : forget(id)));

// Nobody is left who would watch the tools.
process.once('disconnect', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
  process.exit();
});

// Whoever signals everything that runs here means the parent, which still has tools to end in its own order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

server.listen(`\0${process.argv[2]}`, () => tell({ isReady: true }));
