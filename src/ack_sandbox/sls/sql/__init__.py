"""The SQL after the pipe: Presto's dialect, rewritten for DuckDB and run in memory over the rows that matched."""
