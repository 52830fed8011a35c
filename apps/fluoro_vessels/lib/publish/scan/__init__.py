"""The last look at a data set, on a way of its own: nothing that the sources told of people may be left.

It shares no code with `lib.privacy`, so that one mistake cannot hide another.
"""
