"""Raw onnxruntime and tokenizers, as a practitioner calls them: what Lathe's transformer stage is measured against.

  embed.py MODEL.onnx TOKENIZER.json TEXTS.json MAX_TOKENS

reads a line {"batch", "from", "to"} at a time and answers one {"cpuSeconds", "tokens", "first"}: user and system seconds of this process for
those texts (tokenising, the session, mean of tokens, length 1), their tokens, and the vector of the first of them. One thread.
A batch above 1 takes the texts sorted by length, so that padding costs least.
"""

import json
import os
import resource
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnxruntime
import tokenizers

model, tokenizer_path, texts_path, max_tokens = sys.argv[1:5]
# As the process that embeds documents is.
os.nice(10)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
names = {item.name for item in session.get_inputs()}
tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
tokenizer.enable_truncation(int(max_tokens))
with open(texts_path, encoding="utf-8") as file:
    texts = json.load(file)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def embed(batch):
    if len(batch) == 1:
        tokenizer.no_padding()
    else:
        tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(batch)
    feeds = {
        "input_ids": np.array([item.ids for item in encoded], dtype=np.int64),
        "attention_mask": np.array([item.attention_mask for item in encoded], dtype=np.int64),
        "token_type_ids": np.array([item.type_ids for item in encoded], dtype=np.int64),
    }
    hidden = session.run(None, {name: value for name, value in feeds.items() if name in names})[0]
    mask = feeds["attention_mask"][:, :, None].astype(np.float32)
    mean = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
    return mean / np.linalg.norm(mean, axis=1, keepdims=True), int(mask.sum())


print(json.dumps({"onnxruntime": onnxruntime.__version__, "tokenizers": tokenizers.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    wanted = texts[asked["from"] : asked["to"]]
    size = asked["batch"]
    first = wanted[0]
    before = cpu_seconds()
    ordered = sorted(wanted, key=len) if size > 1 else wanted
    tokens = 0
    for start in range(0, len(ordered), size):
        vectors, count = embed(ordered[start : start + size])
        tokens += count
    spent = cpu_seconds() - before
    vector = embed([first])[0][0]
    print(json.dumps({"cpuSeconds": spent, "tokens": tokens, "first": [float(value) for value in vector]}), flush=True)
