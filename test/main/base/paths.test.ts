import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInside, joinInside, openInside, splitRelative, toPosix, userFolders } from '../../../src-main/base/paths.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const REFUSED = [
  '/etc/passwd', '\\etc\\passwd', 'C:\\Windows', 'c:notes.md', 'C:/x', '\\\\server\\share\\x', '//server/share', '\\\\?\\C:\\x',
  '..', '../x', 'a/../../x', 'a\\..\\..\\x', 'a/..', '..\\x', 'a\u0000b', 'a\u0000/../x', 'a\nb', 'con', 'CON', 'con.txt', 'a/NUL', 'aux.md', 'COM1', 'lpt9.log', 'com¹',
  'a.', 'a ', 'dir./x', '...', 'file.txt:stream',
];

describe('relative paths', () => {
  it.each(REFUSED)('%j is refused, on every platform', async (relative) => {
    expect(() => splitRelative(relative)).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT', hint: expect.any(String) }));
    await expect(openInside(temporaryFolder(), relative)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
  });

  it.each([
    ['a/b.md', ['a', 'b.md']], ['a\\b.md', ['a', 'b.md']], ['./a//b/', ['a', 'b']], ['', []], ['.', []],
    ['.hidden', ['.hidden']], ['..a/b..c', ['..a', 'b..c']], ['ünï/日本.txt', ['ünï', '日本.txt']], ['console.md', ['console.md']], ['a b/c', ['a b', 'c']],
  ])('%j is allowed', (relative, parts) => {
    expect(splitRelative(relative)).toEqual(parts);
    expect(joinInside('/root', relative, posix)).toBe(posix.join('/root', ...parts));
    expect(joinInside('C:\\root', relative, win32)).toBe(win32.join('C:\\root', ...parts));
  });

  it('never lead outside, whatever is made of separators, dots, drives and names', () => {
    const bits = ['..', '.', '/', '\\', 'a', 'C:', '\u0000', ' ', 'con', '...'];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    let allowed = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const relative = Array.from({ length: 1 + random(7) }, () => bits[random(bits.length)]).join('');
      let parts: string[];
      try {
        parts = splitRelative(relative);
      } catch {
        continue;
      }
      allowed += 1;
      for (const [style, root] of [[posix, '/srv/root'], [win32, 'C:\\srv\\root']] as const) {
        const path = style.resolve(root, ...parts);
        expect(path === root || path.startsWith(root + style.sep), JSON.stringify(relative)).toBe(true);
      }
    }
    expect(allowed).toBeGreaterThan(1_000);
  });
});

describe('openInside', () => {
  it('gives the real path of what is there, and of what is not there yet', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'notes'));
    writeFileSync(join(root, 'notes', 'a.md'), 'a');
    expect(await openInside(root, 'notes/a.md')).toBe(realpathSync(join(root, 'notes', 'a.md')));
    expect(await openInside(root, 'notes\\new\\b.md')).toBe(join(realpathSync(root), 'notes', 'new', 'b.md'));
    expect(await openInside(root, '')).toBe(realpathSync(root));
  });

  it('follows links that stay inside and refuses those that lead out, at any depth, dangling or in a circle', async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret'), 's');
    const root = join(outside, 'root');
    mkdirSync(join(root, 'real', 'deep'), { recursive: true });
    symlinkSync(join(root, 'real'), join(root, 'inside'));
    symlinkSync(outside, join(root, 'real', 'deep', 'out'));
    symlinkSync(join(outside, 'secret'), join(root, 'secret'));
    symlinkSync('../nowhere', join(root, 'dangling'));
    symlinkSync('circle', join(root, 'circle'));
    expect(await openInside(root, 'inside/deep/new.md')).toBe(join(realpathSync(root), 'real', 'deep', 'new.md'));
    for (const relative of ['real/deep/out', 'real/deep/out/secret', 'inside/deep/out/new', 'secret', 'dangling', 'dangling/x']) {
      await expect(openInside(root, relative), relative).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
    }
    await expect(openInside(root, 'circle')).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
  });

  it('is not fooled by a folder whose name begins with the root', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'root'));
    mkdirSync(join(folder, 'root-other'));
    symlinkSync(join(folder, 'root-other'), join(folder, 'root', 'link'));
    await expect(openInside(join(folder, 'root'), 'link')).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
    expect(isInside('/a/b', '/a/bc')).toBe(false);
    expect(isInside('/', '/a')).toBe(true);
  });

  it('names a root that is not there', async () => {
    await expect(openInside(join(temporaryFolder(), 'gone'), 'a')).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: expect.stringContaining('gone') });
  });
});

describe('spelling', () => {
  it('is NFC with forward slashes in files and tables', () => {
    expect(toPosix('ordner\\u\u0308bung.md')).toBe('ordner/\u00fcbung.md');
  });
});

describe('user folders', () => {
  it('follow the platform, and LATHE_HOME before all', () => {
    expect(userFolders({ env: {}, platform: 'linux', home: '/home/a' })).toEqual({ config: '/home/a/.config/lathe', data: '/home/a/.local/share/lathe', state: '/home/a/.local/state/lathe', cache: '/home/a/.cache/lathe' });
    expect(userFolders({ env: { XDG_DATA_HOME: '/d', XDG_CACHE_HOME: 'relative' }, platform: 'linux', home: '/home/a' })).toMatchObject({ data: '/d/lathe', cache: '/home/a/.cache/lathe' });
    expect(userFolders({ env: {}, platform: 'darwin', home: '/Users/a' })).toMatchObject({ data: '/Users/a/Library/Application Support/Lathe/data', cache: '/Users/a/Library/Caches/Lathe' });
    expect(userFolders({ env: { LOCALAPPDATA: 'D:\\Local' }, platform: 'win32', home: 'C:\\Users\\a' })).toMatchObject({ data: 'D:\\Local\\Lathe\\data' });
    expect(userFolders({ env: {}, platform: 'win32', home: 'C:\\Users\\a' })).toMatchObject({ config: 'C:\\Users\\a\\AppData\\Local\\Lathe\\config' });
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const home = platform === 'win32' ? 'E:\\lathe' : '/lathe';
      expect(userFolders({ env: { LATHE_HOME: home, XDG_DATA_HOME: '/d' }, platform, home: '/home/a' }).data).toBe((platform === 'win32' ? win32 : posix).join(home, 'data'));
    }
  });
});
