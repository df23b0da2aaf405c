"""`exercises/` and `stacks/` on disk -> core types. Every error names the file, the line and the place within it."""
