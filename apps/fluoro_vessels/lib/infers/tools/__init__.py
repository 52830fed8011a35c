"""Classical tools that work on one frame: watershed, snakes, livewire, and their adapter to MONAI Label."""
