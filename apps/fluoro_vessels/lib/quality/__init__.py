"""How good people's labels are: two people's labels of one run, and a label beside what the model says."""
