"""Fluoro Vessels: from an X-ray angiography run in a PACS to a vessel mask and back."""
