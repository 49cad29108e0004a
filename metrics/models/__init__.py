"""Models: functions from frames to frames, free of screen and engine; equal data, equal results."""
