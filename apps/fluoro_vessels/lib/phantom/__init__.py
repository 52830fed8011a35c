"""Simulated runs: pictures whose truth is known, because we drew them."""
