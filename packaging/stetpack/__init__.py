"""Makes what people install: see packaging/build."""
