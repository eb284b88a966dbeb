/** One question over Debian's python3.11-doc. `phrase` stands in the passage that answers it; `says` in any right answer. */
export interface AnswerCase {
  readonly id: string;
  readonly question: string;
  readonly file: string;
  readonly phrase?: string;
  readonly says?: RegExp;
}

export const FILES = [
  'sqlite3', 'json', 'csv', 'pathlib', 'subprocess', 'argparse', 'logging', 'queue', 'threading', 'asyncio-task', 'asyncio-queue', 'hashlib', 'secrets', 'tempfile', 'shutil',
  'collections', 'heapq', 'bisect', 'functools', 'itertools', 'random', 'time', 'datetime', 'zipfile', 'gzip', 're', 'pickle', 'configparser', 'contextlib', 'statistics',
].map((name) => `library/${name}.html`);

export const CASES: readonly AnswerCase[] = [
  { id: 'sqlite-timeout', question: 'How many seconds does sqlite3.connect wait by default when the database is locked?', file: 'library/sqlite3.html', phrase: 'Default five seconds', says: /five|5/i },
  { id: 'sqlite-memory', question: 'How do I open an SQLite database that lives only in RAM?', file: 'library/sqlite3.html', phrase: 'in RAM instead of on disk', says: /:memory:/ },
  { id: 'sqlite-cached', question: 'How many statements does an sqlite3 connection cache by default?', file: 'library/sqlite3.html', phrase: '128 statements', says: /128/ },
  { id: 'json-sortkeys', question: 'What does sort_keys do in json.dumps?', file: 'library/json.html', phrase: 'output of dictionaries will be sorted by key', says: /sort/i },
  { id: 'json-nan', question: 'What happens in json.dumps when allow_nan is false and a value is out of range?', file: 'library/json.html', phrase: 'then it will be a ValueError', says: /ValueError/ },
  { id: 'csv-newline', question: 'Why should a csv file be opened with newline=""?', file: 'library/csv.html', phrase: 'it should be opened with newline', says: /newline|quoted/i },
  { id: 'pathlib-exist-ok', question: 'What does Path.mkdir do when the path exists and exist_ok is false?', file: 'library/pathlib.html', phrase: 'FileExistsError is raised if the target directory already exists', says: /FileExistsError/ },
  { id: 'subprocess-timeout', question: 'Which exception does subprocess.run raise when the timeout expires?', file: 'library/subprocess.html', phrase: 'TimeoutExpired', says: /TimeoutExpired/ },
  { id: 'subprocess-capture', question: 'What does capture_output do in subprocess.run?', file: 'library/subprocess.html', phrase: 'If capture_output is true, stdout and stderr will be captured', says: /captur/i },
  { id: 'argparse-nargs', question: 'What does the nargs value + mean in argparse?', file: 'library/argparse.html', phrase: 'an error message will be generated if there wasn’t at least one command-line argument present', says: /at least one|list/i },
  { id: 'logging-level', question: 'What is the default level of the root logger?', file: 'library/logging.html', phrase: 'the root logger is created with level WARNING', says: /WARNING/ },
  { id: 'queue-full', question: 'Which exception is raised when a non-blocking put is called on a full Queue?', file: 'library/queue.html', phrase: 'exception raised when non-blocking put()', says: /Full/ },
  { id: 'threading-daemon', question: 'When does a Python program exit if there are daemon threads left?', file: 'library/threading.html', phrase: 'only daemon threads are left', says: /daemon/i },
  { id: 'asyncio-wait-for', question: 'What does asyncio.wait_for do when a timeout occurs?', file: 'library/asyncio-task.html', phrase: 'If a timeout occurs, it cancels the task and raises TimeoutError', says: /cancel|TimeoutError/ },
  { id: 'hashlib-guaranteed', question: 'Which constant lists the hash algorithms guaranteed on all platforms?', file: 'library/hashlib.html', phrase: 'guaranteed to be supported by this module on all platforms', says: /algorithms_guaranteed/ },
  { id: 'secrets-bytes', question: 'How many bytes of randomness are enough according to the secrets module?', file: 'library/secrets.html', phrase: '32 bytes (256 bits)', says: /32/ },
  { id: 'tempfile-mkstemp', question: 'Who is responsible for deleting the file made by mkstemp?', file: 'library/tempfile.html', phrase: 'responsible for deleting the temporary file', says: /user/i },
  { id: 'shutil-copy2', question: 'How does shutil.copy2 differ from copy?', file: 'library/shutil.html', phrase: 'attempts to preserve file metadata', says: /metadata/i },
  { id: 'deque-maxlen', question: 'What happens to a bounded deque when new items are added and it is full?', file: 'library/collections.html', phrase: 'a corresponding number of items are discarded from the opposite end', says: /discard|opposite/i },
  { id: 'heapq-empty', question: 'What does heappop raise when the heap is empty?', file: 'library/heapq.html', phrase: 'If the heap is empty, IndexError is raised', says: /IndexError/ },
  { id: 'lru-maxsize', question: 'What happens if lru_cache has maxsize set to None?', file: 'library/functools.html', phrase: 'the LRU feature is disabled and the cache can grow without bound', says: /disabled|without bound|grow/i },
  { id: 'random-security', question: 'May the random module be used for security purposes?', file: 'library/random.html', phrase: 'should not be used for security purposes', says: /not/i },
  { id: 'monotonic', question: 'Is time.monotonic affected by system clock updates?', file: 'library/time.html', phrase: 'The clock is not affected by system clock updates', says: /not/i },
  { id: 'zip-allow', question: 'When are ZIP64 extensions used by zipfile?', file: 'library/zipfile.html', phrase: 'larger than 4 GiB', says: /4 GiB/ },
  { id: 'gzip-level', question: 'What is the default compression level of gzip?', file: 'library/gzip.html', phrase: 'The default is 9', says: /9/ },
  { id: 're-dotall', question: 'What does re.DOTALL change?', file: 'library/re.html', phrase: 'match any character at all, including a newline', says: /newline/i },
  { id: 'pickle-safe', question: 'Is it safe to unpickle data from an untrusted source?', file: 'library/pickle.html', phrase: 'Never unpickle data that could have come from an untrusted source', says: /never|not secure|not/i },
  { id: 'config-case', question: 'Are keys in configparser sections case-sensitive?', file: 'library/configparser.html', phrase: 'case-insensitive', says: /insensitive|not/i },
  { id: 'median-even', question: 'How does statistics.median handle an even number of data points?', file: 'library/statistics.html', phrase: 'average of the two middle values', says: /two middle|average/i },
  { id: 'bisect-insort', question: 'Why is insort() O(n)?', file: 'library/bisect.html', phrase: 'dominates', says: /insertion/i },
  { id: 'un-k8s', question: 'How do I scale a Kubernetes deployment to five replicas?', file: '' },
  { id: 'un-postgres', question: 'What is the default port of PostgreSQL?', file: '' },
  { id: 'un-json5', question: 'Does json.loads_many_v2 support trailing commas?', file: '' },
  { id: 'un-wages', question: 'What salary does the head of engineering earn?', file: '' },
  { id: 'un-react', question: 'When does a React component re-render?', file: '' },
  { id: 'un-sqlite-price', question: 'How much does a commercial SQLite support contract cost?', file: '' },
  { id: 'un-gil', question: 'Which tyre pressure is recommended for a Fiat Panda?', file: '' },
  { id: 'un-hash', question: 'What does hashlib.quantum_digest return?', file: '' },
];
