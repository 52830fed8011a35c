"""The queue of runs that arrive: who looks for them, and the process that works on them."""
