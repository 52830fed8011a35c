"""The edge: the ASGI app, its routes, the viewer's files, and the processes of a start."""
