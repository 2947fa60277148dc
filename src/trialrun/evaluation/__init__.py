"""What the trial has shown: its analysis plan carried out on its data, by `evaluate`."""
