"""The light table: a DICOM object becomes typed arrays with units.

Doors: `read.read_cine` and `read.read_header`; `fullest.fullest_frame` picks the frame to look at.
"""
