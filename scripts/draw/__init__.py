"""What docs/ derives from the code: `python -m scripts.draw` writes it anew, and a test tells when that is due."""
