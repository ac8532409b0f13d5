"""Reports as people and programs read them: plain functions from `Report` to text."""
