"""DICOM SEG for multi-frame X-ray runs: write, read, and check before sending."""
