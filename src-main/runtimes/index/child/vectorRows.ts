import { Field, FixedSizeList, Float32, Int32, Schema, Table as ArrowTable, RecordBatch, Struct, makeData } from 'apache-arrow';

/** One row a chunk; `vectors` holds the rows one after the other. */
export interface VectorRows {
  readonly keys: Int32Array;
  readonly documents: Int32Array;
  readonly vectors: Float32Array;
}

export function emptyRows(count: number, dimensions: number): VectorRows {
  return { keys: new Int32Array(count), documents: new Int32Array(count), vectors: new Float32Array(count * dimensions) };
}

export function joinRows(parts: readonly VectorRows[], dimensions: number): VectorRows {
  const joined = emptyRows(parts.reduce((sum, { keys }) => sum + keys.length, 0), dimensions);
  let at = 0;
  for (const { keys, documents, vectors } of parts) {
    joined.keys.set(keys, at);
    joined.documents.set(documents, at);
    joined.vectors.set(vectors, at * dimensions);
    at += keys.length;
  }
  return joined;
}

export function vectorSchema(dimensions: number): Schema {
  return new Schema([
    new Field('key', new Int32(), false),
    new Field('document', new Int32(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32(), true)), false),
  ]);
}

/** Arrow inserts four times faster than objects, and the values are not copied. */
export function toArrow(schema: Schema, rows: VectorRows, dimensions: number): ArrowTable {
  const length = rows.keys.length;
  const values = makeData({ type: new Float32(), length: length * dimensions, data: rows.vectors });
  const children = [
    makeData({ type: new Int32(), length, data: rows.keys }),
    makeData({ type: new Int32(), length, data: rows.documents }),
    makeData({ type: new FixedSizeList(dimensions, new Field('item', new Float32(), true)), length, child: values }),
  ];
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
  return new ArrowTable(schema, batch);
}

/** The rows of one batch with the columns key, document and vector. */
export function fromArrow(batch: RecordBatch, dimensions: number): VectorRows {
  const list = batch.getChild('vector')?.data[0];
  const values = list?.children[0]?.values as Float32Array | undefined;
  const start = (list?.offset ?? 0) * dimensions;
  return {
    keys: batch.getChild('key')?.toArray() as Int32Array,
    documents: batch.getChild('document')?.toArray() as Int32Array,
    vectors: values?.subarray(start, start + batch.numRows * dimensions) ?? new Float32Array(),
  };
}
