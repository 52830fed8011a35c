"""Vessels as dark ridges: filters, lines, trees and lumens on plain arrays."""
