/**
 * The closed set of error codes. One exhaustive table: a new code does not compile until it says its HTTP status,
 * whether the same call may be tried again, and whose fault it is.
 */
export interface ErrorTraits {
  readonly status: number;
  readonly retryable: boolean;
  readonly fault: 'user' | 'environment' | 'app';
}

const user = (status: number): ErrorTraits => ({ status, retryable: false, fault: 'user' });
const environment = (status: number, retryable = true): ErrorTraits => ({ status, retryable, fault: 'environment' });
const app = (status: number, retryable = false): ErrorTraits => ({ status, retryable, fault: 'app' });

export const ERROR_TRAITS = {
  INTERNAL: app(500),
  INPUT_INVALID: user(400),
  ROUTE_UNKNOWN: user(404),
  BODY_TOO_LARGE: user(413),
  TOKEN_MISSING: user(401),
  TOKEN_WRONG: user(401),
  HOST_REFUSED: user(421),
  ORIGIN_REFUSED: user(403),
  CANCELLED: user(499),
  PATH_OUTSIDE_ROOT: user(400),
  PATH_UNREADABLE: environment(400),
  DISK_FULL: environment(507),
  DISK_READ_ONLY: environment(507, false),
  STORAGE_FAILED: environment(500),
  DATABASE_NEWER: user(409),
  DATABASE_DAMAGED: environment(500, false),
  MIGRATION_CHANGED: app(500),
  ARTIFACT_MISSING: environment(404, false),
  ARTIFACT_DAMAGED: environment(500, false),
  PROJECT_NOT_FOUND: user(404),
  PROJECT_EXISTS: user(409),
  PROJECT_FILE_INVALID: user(422),
  PROJECT_UNTRUSTED: user(403),
  PROJECT_LOCKED: environment(409),
  FILE_CHANGED: user(409),
  RUNTIME_START_FAILED: environment(500),
  RUNTIME_EXITED: environment(500),
  RUNTIME_CIRCUIT_OPEN: environment(503, false),
  RUNTIME_TIMEOUT: environment(504),
  RUNTIME_MEMORY: environment(507),
  MODEL_NOT_FOUND: user(404),
  MODEL_UNAVAILABLE: environment(503),
  MODEL_DAMAGED: environment(500, false),
  MODEL_UNSUPPORTED: user(422),
  NETWORK_REFUSED: user(403),
  NETWORK_FAILED: environment(502),
  KNOWLEDGE_NOT_FOUND: user(404),
  KNOWLEDGE_EXISTS: user(409),
  KNOWLEDGE_AMBIGUOUS: user(409),
  KNOWLEDGE_EMPTY: user(409),
  /** A file of `knowledge export` that is not what was written. */
  KNOWLEDGE_FILE_DAMAGED: user(422),
  SNAPSHOT_NOT_FOUND: user(404),
  /** What was asked for does not fit the state that the snapshot is in. */
  SNAPSHOT_UNFIT: user(409),
  DOCUMENT_NOT_FOUND: user(404),
  DOCUMENT_UNSUPPORTED: user(422),
  DOCUMENT_EMPTY: user(422),
  DOCUMENT_ENCRYPTED: user(422),
  DOCUMENT_DAMAGED: user(422),
  DOCUMENT_TOO_LARGE: user(413),
  DOCUMENT_NO_TEXT: user(422),
  INDEX_DAMAGED: environment(500, false),
  CONVERSATION_NOT_FOUND: user(404),
  ANSWER_NOT_FOUND: user(404),
  TRACE_MISSING: user(404),
  /** Files that cannot be read as a table. */
  TABLE_UNREADABLE: user(422),
  /** SQL that DuckDB refuses. */
  QUERY_INVALID: user(422),
  PIPELINE_NOT_FOUND: user(404),
  CELL_NOT_FOUND: user(404),
  /** Rows that a data contract does not allow. */
  EXPECTATION_FAILED: user(422),
  JOB_NOT_FOUND: user(404),
  UNDO_NOT_POSSIBLE: user(409),
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERROR_TRAITS;

/** What leaves the process: data, never a stack. */
export interface ErrorBody {
  readonly code: ErrorCode;
  /** What happened, to which thing, with numbers. */
  readonly message: string;
  /** The next step. */
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
}
