"""DICOM nodes as the HTTP API shows them: the listener, its spool and the pushes."""
