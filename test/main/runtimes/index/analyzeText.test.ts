import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { analyzeText } from '../../../../src-main/runtimes/index/child/analyzeText.ts';
import { porterStem } from '../../../../src-main/runtimes/index/child/porterStem.ts';

function analyzed(text: string): { terms: readonly string[]; identifiers: readonly string[] } {
  const { terms, identifiers } = analyzeText(text);
  return { terms, identifiers };
}

describe('the analysis of text', () => {
  it('keeps compounds as written beside their parts', () => {
    expect(analyzed('Call sqlite3_prepare_v2() with --long-option, or os.path.join.')).toEqual({
      terms: ['call', 'sqlite3', 'prepar', 'v2', 'with', 'long', 'option', 'or', 'os', 'path', 'join'],
      identifiers: ['sqlite3_prepare_v2', '--long-option', 'long-option', 'os.path.join'],
    });
    expect(analyzed('ThreadPoolExecutor HTTPServer E0425 std::vector')).toEqual({
      terms: ['thread', 'pool', 'executor', 'threadpoolexecutor', 'http', 'server', 'httpserver', 'e0425', 'std', 'vector'],
      identifiers: ['threadpoolexecutor', 'httpserver', 'e0425', 'std::vector'],
    });
  });

  it('gives plain prose no identifiers', () => {
    expect(analyzed('The quick brown foxes are jumping.')).toEqual({ terms: ['the', 'quick', 'brown', 'fox', 'ar', 'jump'], identifiers: [] });
  });

  it('counts words and those that only connect others', () => {
    expect(analyzeText('See the manual of os.path.join in Python 3.11.')).toMatchObject({ words: 9, stopWords: 4 });
  });

  it('reads letters of every script', () => {
    expect(analyzeText('Größe naïve データ').terms).toEqual(['größe', 'naïve', 'データ']);
  });

  it('stems as SQLite\'s porter tokenizer does', () => {
    const words = [...new Set(readFileSync(new URL('../../../../LICENSE', import.meta.url), 'utf8').toLowerCase().match(/[a-z]+/g))];
    words.push('caresses', 'ponies', 'agreed', 'plastered', 'motoring', 'conflated', 'troubled', 'sized', 'hopping', 'falling', 'failing', 'filing', 'happy', 'sky', 'relational', 'conditional', 'digitizer', 'conformabli', 'radicalli', 'vietnamization', 'operator', 'feudalism', 'decisiveness', 'hopefulness', 'formaliti', 'sensitiviti', 'electriciti', 'goodness', 'revival', 'allowance', 'inference', 'airliner', 'adjustable', 'replacement', 'adoption', 'communism', 'angulariti', 'homologous', 'effective', 'bowdlerize', 'probate', 'rate', 'cease', 'controll', 'roll');
    const db = new Database(':memory:');
    db.exec(`CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'porter ascii'); CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)`);
    const insert = db.prepare('INSERT INTO t (rowid, a) VALUES (?, ?)');
    words.forEach((word, i) => insert.run(i + 1, word));
    const stems = new Map((db.prepare('SELECT doc, term FROM v').all() as { doc: number; term: string }[]).map((row) => [row.doc, row.term]));
    db.close();
    expect(words.map((word) => [word, porterStem(word)])).toEqual(words.map((word, i) => [word, stems.get(i + 1)]));
  });
});
