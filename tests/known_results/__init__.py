"""Results known from elsewhere (README.md); a package, so that the tests can import `economies`."""
