"""What headers say about runs and their frames, as tables; see docs/metadata.md.

Doors: `run.read_metadata`, `tables.csv_bytes`, `tables.parquet_bytes`.
"""
