"""The what-if page: a server on this machine only, and what it tells the browser."""
