"""Who may: people, their roles and their keys. Nothing here speaks HTTP."""
