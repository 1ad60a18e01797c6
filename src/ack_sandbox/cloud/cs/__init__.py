"""Container Service (CS, version 2015-12-15): one module per group of operations."""
