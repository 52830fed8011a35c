"""Who may be worked on now: bounded queues, requests whose client went away, and a server that stops."""
