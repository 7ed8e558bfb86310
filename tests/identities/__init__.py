"""What must add up in every month; the package lets tests import `economies`."""
