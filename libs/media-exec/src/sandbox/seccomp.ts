interface Architecture {
  /** The AUDIT_ARCH_* value that the kernel reports. */
  readonly audit: number;
  /** socket, connect, bind, listen, ptrace, mount, umount2, bpf, keyctl, unshare, setns, process_vm_*, io_uring_*. */
  readonly doors: readonly number[];
  /**
   * What reaches other processes or the kernel: kill, rt_sigqueueinfo, pidfd_send_signal, pidfd_getfd, kexec_load,
   * add_key, request_key, perf_event_open, open_by_handle_at, userfaultfd.
   */
  readonly levers: readonly number[];
}

const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    doors: [41, 42, 49, 50, 101, 165, 166, 321, 250, 272, 308, 310, 311, 425, 426, 427],
    levers: [62, 129, 424, 438, 246, 248, 249, 298, 304, 323],
  },
  arm64: {
    audit: 0xc00000b7,
    doors: [198, 203, 200, 201, 117, 40, 39, 280, 219, 97, 268, 270, 271, 425, 426, 427],
    levers: [129, 138, 424, 438, 104, 217, 218, 241, 265, 282],
  },
};

const [loadWord, jumpIfEqual, jumpIfAtLeast, returnValue] = [0x20, 0x15, 0x35, 0x06];
const [allow, killProcess, denyEacces] = [0x7fff0000, 0x80000000, 0x0005000d];
// The x32 ABI of x86-64 numbers its calls from here: the same calls by another door.
const x32Bit = 0x40000000;

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

const encode = (program: readonly Instruction[]): Uint8Array => {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  program.forEach(([code, jumpTrue, jumpFalse, value], n) => {
    view.setUint16(n * 8, code, true);
    view.setUint8(n * 8 + 2, jumpTrue);
    view.setUint8(n * 8 + 3, jumpFalse);
    view.setUint32(n * 8 + 4, value >>> 0, true);
  });
  return bytes;
};

/** A classic BPF program that refuses network and kernel doors with EACCES; null for an unknown processor. */
export const seccompProgram = (arch: string): Uint8Array | null => {
  const known = architectures[arch];
  if (!known) return null;
  const { audit, doors, levers } = known;
  const calls = [...doors, ...levers];
  return encode([
    [loadWord, 0, 0, 4],
    [jumpIfEqual, 1, 0, audit],
    [returnValue, 0, 0, killProcess],
    [loadWord, 0, 0, 0],
    [jumpIfAtLeast, 0, 1, x32Bit],
    [returnValue, 0, 0, killProcess],
    ...calls.map((call, n): Instruction => [jumpIfEqual, calls.length - n, 0, call]),
    [returnValue, 0, 0, allow],
    [returnValue, 0, 0, denyEacces],
  ]);
};
