"""What changes with time: contrast medium, stain, heart, breath, table."""
