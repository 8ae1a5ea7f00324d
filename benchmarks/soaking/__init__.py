"""A hub under load for long, its servers killed at random: every call is judged, and what the hub holds is watched."""
