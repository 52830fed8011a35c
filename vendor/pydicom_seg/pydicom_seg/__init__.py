"""Empty stand-in for pydicom-seg; see docs/adr/0002-stand-in-for-pydicom-seg.md."""
