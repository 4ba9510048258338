type Argv = readonly [string, ...string[]];

/**
 * The command in namespaces of its own: when it ends, or when the process that started it is gone, every process,
 * mount, interface and rule that it has made goes with it. Without a network of its own it has that of the machine.
 */
export const fenced = (command: Argv, network: 'own' | 'of the machine'): Argv => [
  'setpriv',
  '--pdeathsig=KILL',
  'unshare',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount',
  '--propagation=private',
  '--mount-proc',
  ...(network === 'own' ? ['--net'] : []),
  // Takes in processes whose parents have ended, as a machine's first process does.
  'catatonit',
  '--',
  ...command,
];
