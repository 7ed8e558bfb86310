"""What can be typed after ``winwin``, and what it is told."""
