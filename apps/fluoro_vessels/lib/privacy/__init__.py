"""What tells of people leaves headers and pixels before a run leaves the house."""
