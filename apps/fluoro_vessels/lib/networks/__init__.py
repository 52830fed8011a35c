"""The vessel network, its input, its weights and the engines that run it."""
