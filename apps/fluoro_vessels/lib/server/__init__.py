"""The edge: the ASGI app and its routes."""
