"""trialrun: run a clinical trial from its protocol."""
