"""From the mask of one frame, or of a few, to masks of the whole run."""
