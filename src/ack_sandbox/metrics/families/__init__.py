"""The families of series by exporter."""
