"""Data files of the package; SOURCES.md names the source of every column."""
