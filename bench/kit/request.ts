import type { Child } from './child.ts';

/** Sends a message to a child process and resolves with the next one that comes from it. */
export const ask = <T>({ process: child }: Child, message: object): Promise<T> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the peer ended'));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as T);
    });
    child.send(message);
  });
