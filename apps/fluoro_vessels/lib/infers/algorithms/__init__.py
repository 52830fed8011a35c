"""The automatic methods: one class in one file each, found by `lib.infers.catalogue`."""
