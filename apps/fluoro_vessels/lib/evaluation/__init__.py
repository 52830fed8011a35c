"""How good a method is: cases with truth, figures of overlap and distance, intervals and pictures."""
