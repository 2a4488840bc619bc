"""How fast answers come, beside the benchmarks of searching (`apps/search/benchmarks`), and of the same shape."""
