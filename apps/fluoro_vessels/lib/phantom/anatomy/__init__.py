"""What else lies in the beam: bones, lungs and organs, cut by its rays."""
