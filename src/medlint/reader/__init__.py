"""Markdown, MDX, HTML and front matter into blocks of prose; `medlint.markdown` is the way in."""
