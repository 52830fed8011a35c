"""What the server tells about itself: the audit log, request lines, metrics."""
