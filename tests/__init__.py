"""Tests; a package, because installed distributions bring a folder of this name too."""
