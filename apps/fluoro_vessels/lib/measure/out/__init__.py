"""A measurement as files: tables, JSON, a DICOM report, pictures and a movie."""
