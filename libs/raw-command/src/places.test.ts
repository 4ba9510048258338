import { describe, expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { RawRefusal } from './raw-command.ts';

const codeOf = (command: string): string => {
  try {
    const [input_files, output_files] = [{ in: 'file_aaaa' }, { out: 'out.mp4' }];
    parseCommand({ input_files, output_files, ffmpeg_command: command }, { filtersMax: 10, needsLimit: false });
    return 'accepted';
  } catch (error) {
    if (error instanceof RawRefusal) return error.code;
    throw error;
  }
};

// Settings of encoders and options of filters that are, or could be taken for, the place of a file.
describe('a place of a file inside of a command', () => {
  it.each([
    ['-i {{in}} -x264-params level=/etc/passwd {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params level=passwd {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params crf=20:preset=/tmp/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params profile=../x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264opts crf=20:cqmfile=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params crf=20:lambda-file=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params recon=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params zonefile=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params dhdr10-info=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params colorprim=a/b {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params pools=../x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x265-params frame-threads=64 {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params threads=128 {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -svtav1-params recon=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -svtav1-params stats=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -svtav1-params preset=/x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -svtav1-params fgs-table=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -aom-params film-grain-table=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params stats {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params crf=20::stats=x {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -x264-params __proto__=1 {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -/vf /etc/passwd {{out}}', 'forbidden_pattern'],
    ['-i {{in}} -af loudnorm=stats_file=/tmp/x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -af loudnorm=I=-16:stats_file=x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -af loudnorm=-16:11:-1:0:0:0:0:0:1:0:json:x {{out}}', 'forbidden_filter'],
    [String.raw`-i {{in}} -af 'loudnorm=stats\_file=x' {{out}}`, 'forbidden_filter'],
    [`-i {{in}} -af "loudnorm=I='-16:stats_file=x'" {{out}}`, 'forbidden_filter'],
    ['-i {{in}} -vf scale=/w=/etc/passwd {{out}}', 'forbidden_filter'],
    [`-i {{in}} -vf "scale='/w'=x" {{out}}`, 'forbidden_filter'],
    ['-i {{in}} -vf drawtext=/text=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf hue=h=90:filename=x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf thumbnail=log_path=x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf boxblur=/etc/passwd {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf eq=contrast=../x {{out}}', 'forbidden_filter'],
    ['-i {{in}} -vf format=http://127.0.0.1/ {{out}}', 'forbidden_filter'],
  ])('%s is refused', (command, code) => {
    expect(codeOf(command)).toBe(code);
  });

  it.each([
    '-i {{in}} -af loudnorm {{out}}',
    '-i {{in}} -af loudnorm=I=-16:LRA=11:TP=-1.5:print_format=json {{out}}',
    '-i {{in}} -af loudnorm=-16:11:-1.5 {{out}}',
    '-i {{in}} -vf drawtext=text=/path/to {{out}}',
    '-i {{in}} -vf setpts=PTS/2,scale=iw/2:ih/2 {{out}}',
    '-i {{in}} -af "pan=stereo|c0=FL+0.5*FC|c1=FR+0.5*FC" {{out}}',
    '-i {{in}} -c:v libx264 -x264-params crf=20:keyint=48:level=4.1:deblock=-1,-1:no-mbtree:threads=4 {{out}}',
    '-i {{in}} -c:v libx264 -x264opts bframes=3:me=umh:subme=7:vbv-maxrate=4000:vbv-bufsize=8000: {{out}}',
    '-i {{in}} -c:v libx265 -x265-params log-level=error:aq-mode=3:pools=4:colorprim=bt709:hdr-opt=1:no-sao {{out}}',
    '-i {{in}} -c:v libsvtav1 -svtav1-params tune=0:film-grain=8:lookahead=60:keyint=5s {{out}}',
  ])('%s is none', (command) => {
    expect(codeOf(command)).toBe('accepted');
  });
});
