"""Catheters, wires and implants."""
