import { describe, expect, it } from 'vitest';
import { readArguments, readForwarded } from '../../../src-main/app/appArguments.ts';

describe('arguments of a desktop start', () => {
  it.each([
    [[], null],
    [['--project', 'a'], '/here/a'],
    [['--project=/data/b c'], '/data/b c'],
    [['folder'], '/here/folder'],
    [['--enable-logging', 'folder', '--no-sandbox'], '/here/folder'],
    [['--project', '../x'], '/x'],
  ])('reads %j as the project %j', (argv, project) => expect(readArguments(argv, '/here')).toEqual({ project }));

  it.each([
    ['two folders', ['a', 'b']],
    ['an option in place of a folder', ['--project', '--renderer-cmd-prefix=calc.exe']],
    ['a missing folder', ['--project']],
    ['an empty one', ['--project=']],
    ['a link', ['lathe://open?x=1']],
    ['a link with options and quotes', ['lathe://x" --gpu-launcher="cmd /c calc"']],
    ['a file link', ['file:///etc/passwd']],
    ['a newline', ['a\n--project=/etc']],
    ['a NUL', ['a\0b']],
    ['100 kB', ['a'.repeat(100_000)]],
    ['a share of another machine', ['\\\\evil\\share']],
    ['the same with slashes', ['--project=//evil/share']],
  ])('ignores %s', (_what, argv) => expect(readArguments(argv, '/here')).toEqual({ project: null }));

  it('takes nothing a second start says on trust', () => {
    expect(readForwarded({ project: '/data/b' })).toEqual({ project: '/data/b' });
    const hostile = [undefined, null, 'x', 1, [], {}, { project: 1 }, { project: {} }, { project: 'relative' }, { project: '//evil/share' }, { project: '/a\0' }, { project: `/${'a'.repeat(100_000)}` }, { project: '--x' }];
    for (const data of hostile) expect([data, readForwarded(data)]).toEqual([data, { project: null }]);
    expect(readForwarded(JSON.parse('{"__proto__": {"project": "/data"}, "argv": ["/data"]}'))).toEqual({ project: null });
  });
});
