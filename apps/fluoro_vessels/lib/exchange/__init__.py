"""Labelled runs as data sets of other people's tools, out and in again; see docs/exchange.md."""
