"""Who may: everything that a request has to pass before a router sees it."""
