import { parseCommand, parseTask, RawRefusal, type RawCommand } from '@ffapi/raw-command';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGraph } from '../../fixtures/ffmpeg-graph.ts';

const rules = { filtersMax: 50, needsLimit: false };
const bounded = { numRuns: 20_000, interruptAfterTimeLimit: 8_000 };

/** Filters that open a file, a socket, a device or code, and options of allowed filters that do. */
const dangerous =
  /^(a?movie|subtitles|ass|lut1d|lut3d|haldclut|arnndn|ladspa|lv2|frei0r\w*|a?sendcmd|a?zmq|metadata|ametadata|signature|removelogo|cover_rect|find_rect|ocr|dnn_\w+|sr|derain_model|vidstab\w+|libplacebo|coreimage\w*|flite|rubberband|bm3d|psnr|ssim|libvmaf|sofalizer|afir|headphone|openclsrc|program_opencl|ddagrab|lensfun|tlut_file)$/;
const dangerousOptions: Readonly<Record<string, RegExp>> = {
  drawtext: /^(textfile|fontfile)$/,
  curves: /^(psfile|plot)$/,
};

/** Options that name a file, a protocol or a device, or bring in words from elsewhere. */
const dangerousWords =
  /^-(i|attach|dump_attachment|filter_complex_script|filter_script|progress|report|vstats_file|sdp_file|passlogfile|protocol_\w+|format_whitelist|init_hw_device|hls_\w+|segment_\w+|f_?pre|vpre|apre|fpre|pre|map_channel|safe|fpsprobesize|dump|debug_ts|abort_on|tee|use_wallclock_as_timestamps|y4m_file|stdin|qphist)(:|$)/;

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '-i',
      '{{in}}',
      '{{out}}',
      '{{ in }}',
      '-vf',
      '-af',
      '-filter:v',
      '-c:v',
      'libx264',
      '-map',
      '0:v',
      '-t',
      '1',
      '-filter_complex',
      '-metadata',
      'title=x',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '-attach',
      '-f',
      'tee',
      'concat',
      'lavfi',
      '-passlogfile',
      '-hls_key_info_file',
      '-protocol_whitelist',
      '-x264-params',
      'stats=/x',
      'crf=20:qpfile=/x',
      '/etc/passwd',
      '../x',
      'http://127.0.0.1/',
      'pipe:1',
      '-progress',
      '-init_hw_device',
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .array(
        fc.constantFrom(
          'hflip',
          'scale=320:-2',
          'movie=/x',
          'movie',
          'drawtext=text=a',
          'drawtext=text=a:textfile=/x',
          'curves=',
          'psfile=/x',
          'subtitles=f',
          ',',
          ';',
          '[v]',
          '[0:v]',
          '\\',
          "'",
          '"',
          ':',
          '=',
          '@a',
          ' ',
          'file',
          'text',
          '\n',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

const checkGraph = (graph: string): void => {
  for (const { name, options } of readGraph(graph)) {
    expect(name).not.toMatch(dangerous);
    for (const [key] of options) expect(key ?? '').not.toMatch(dangerousOptions[name] ?? /^-/);
    if (name === 'drawtext') expect(options.map(([key]) => key)).not.toContain(null);
  }
};

/** Whatever was taken holds nothing that FFmpeg would open, by a reading of our own and not by the list that let it in. */
const check = (command: RawCommand): void => {
  if (command.filterComplex !== null) checkGraph(command.filterComplex);
  for (const { options } of [...command.inputs, ...command.outputs]) {
    options.forEach((word, n) => {
      if (/^-(vf|af|filter(:\w+)*)$/.test(options[n - 1] ?? '')) checkGraph(word);
      else if (!options[n - 1]?.startsWith('-metadata')) expect(word).not.toMatch(dangerousWords);
    });
  }
  for (const { file } of command.outputs) expect(file).toMatch(/^[^/\\%<>:"|?*\p{C}.-][^/\\%<>:"|?*\p{C}]*$/u);
};

/** Taken or refused in the language's own words; anything else is a hole. */
const attempt = (parse: () => RawCommand): 'taken' | 'refused' => {
  try {
    check(parse());
    return 'taken';
  } catch (error) {
    if (error instanceof RawRefusal) return 'refused';
    throw error;
  }
};

const parse = (command: string, out = 'out.mp4') =>
  parseCommand({ input_files: { in: 'file_aaaa' }, output_files: { out }, ffmpeg_command: command }, rules);

describe('hand-written commands of every kind', () => {
  it('are refused in so many words, or hold nothing that opens a file', () => {
    let taken = 0;
    const words = fc.array(piece, { maxLength: 10 });
    fc.assert(
      fc.property(words, fc.boolean(), (pieces, isFramed) => {
        const middle = pieces.join(' ');
        if (attempt(() => parse(isFramed ? `-i {{in}} ${middle} {{out}}` : middle)) === 'taken') taken++;
      }),
      bounded,
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('and so are their graphs', () => {
    let taken = 0;
    const graph = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(graph, (text) => {
        const task = {
          inputs: [{ options: [] }],
          filter_complex: text,
          outputs: [{ file: 'out.mp4', options: [], maps: [] }],
        };
        if (attempt(() => parseTask(task, rules)) === 'taken') taken++;
      }),
      bounded,
    );
    expect(taken).toBeGreaterThan(10);
  });

  it('and so are names of outputs', () => {
    const name = fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', '.mp4', '.sh', '/x.mp4'));
    fc.assert(
      fc.property(name, ([stem, ending]) => void attempt(() => parse('-i {{in}} {{out}}', stem + ending))),
      bounded,
    );
  });

  it.each([
    "drawtext=fontsize='9:textfile=/x'",
    'hflip,movie=/x',
    "curves=preset='vintage:psfile=/x'",
    "drawtext='/x'",
  ])('and a list that let %s through would be found out', (graph) => {
    expect(() => check({ inputs: [], filterComplex: graph, outputs: [] })).toThrow();
  });

  it('are read in time that grows with their length only', () => {
    const unit = fc
      .array(
        fc.constantFrom(
          "'",
          '"',
          '\\',
          '[',
          ']',
          '[a]',
          ',',
          ';',
          ':',
          '=',
          ' ',
          'hflip',
          '{{',
          '}}',
          '{{in}}',
          '-vf ',
          '*',
          '1e5',
          '0x1',
          'fps=',
          '\n',
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(unit, fc.constantFrom('', 'scale=', 'fps=', "drawtext=text='"), (repeated, start) => {
        const long = start + repeated.repeat(Math.ceil(60_000 / repeated.length));
        // Of this thread: what else the machine does is not the parser's.
        const before = process.threadCpuUsage();
        attempt(() => parse(`-i {{in}} -vf ${long} {{out}}`));
        attempt(() => parse(`-i {{in}} -vf '${long.replaceAll("'", '')}' {{out}}`));
        const { user, system } = process.threadCpuUsage(before);
        expect((user + system) / 1_000).toBeLessThan(2_000);
      }),
      { numRuns: 300, interruptAfterTimeLimit: 8_000 },
    );
  });
});
