"""From the body to stored values: geometry, tubes in the beam, detector, collimator, processing."""
