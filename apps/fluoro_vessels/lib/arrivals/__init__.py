"""Runs that are segmented by themselves when they arrive: which, how, and what becomes of them."""
