import { existsSync, readdirSync } from 'node:fs';

/** Nodes in /dev by which the NVIDIA driver is reached; `nvidia` is `nvidia0`, `nvidiactl`, `nvidia-uvm` and the like. */
const devices = [/^nvidia/, /^dri$/];

/** Where the driver's libraries look up the GPUs and their places on the bus. */
const readable = ['/sys/bus/pci', '/sys/class/drm', '/sys/devices', '/sys/module/nvidia', '/sys/module/nvidia_uvm'];

/** What the tools of the pool of GPUs may open besides; of no other pool. */
export interface GpuPaths {
  /** To be read, written and controlled. */
  readonly devices: readonly string[];
  readonly readable: readonly string[];
}

/** Those of them that this machine has. */
export const gpuPaths = (dev: readonly string[] = readdirSync('/dev'), exists = existsSync): GpuPaths => ({
  devices: dev.filter((name) => devices.some((pattern) => pattern.test(name))).map((name) => `/dev/${name}`),
  readable: readable.filter((path) => exists(path)),
});
