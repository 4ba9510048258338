import { ConfigInvalid, loadConfig } from '@ffapi/config';
import { runCommand } from './commands.ts';

const usage = `usage: ffapi COMMAND [--json]

  backup FOLDER                 copy events, secrets, keys and files, while the platform goes on
  restore FOLDER                fill an empty data folder from a backup
  verify                        check every event against the hash chain and the anchors
  audit verify                  compare the audit log with the events, its chain of hashes and its seals
  projections rebuild           fill every read model anew from the events and swap it in
  projections rebuild --verify  compare every read model with a fresh one, change nothing
  storage check                 tell what is stored and named by nothing, and what is named and missing
  storage check --repair        delete the former, and the files whose bytes are lost
  settings reset                take back what was set at runtime, if you are locked out
  doctor                        what this machine can do and what is missing
`;

const main = async (): Promise<number> => {
  const args = process.argv.slice(2);
  try {
    const report = await runCommand(args, loadConfig(process.env));
    if (!report) {
      process.stderr.write(usage);
      return 2;
    }
    process.stdout.write(
      args.includes('--json')
        ? `${JSON.stringify({ ok: report.ok, data: report.data })}\n`
        : `${report.lines.join('\n')}\n`,
    );
    return report.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigInvalid ? error.message : `ffapi: ${(error as Error).message}`}\n`);
    return 1;
  }
};

process.exit(await main());
