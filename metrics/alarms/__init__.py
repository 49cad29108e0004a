"""Alarms: rules, what they find, the incidents that people work on, and who is told."""
