"""Methods that turn a run into a label map, and their adapters to MONAI Label."""
