// Lives and never speaks: a start that hangs.
setInterval(() => undefined, 1_000);
