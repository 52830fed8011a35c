"""The groups of settings that `lib.settings` puts together and reads."""
