"""A few prompts make the mask of a frame: clicks, boxes, scribbles, classical tools; on plain arrays."""
