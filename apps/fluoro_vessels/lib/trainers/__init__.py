"""Training and evaluation of the vessel network."""
