"""From a mask and its frames to lengths, diameters and flow; arrays in, values with units out."""
