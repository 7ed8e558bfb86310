"""The comparison with Mesa that `winwin bench` runs, and tests of the benchmark; none of them is timed."""
