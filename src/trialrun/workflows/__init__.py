"""One function per thing a person wants; each reads as its data flow."""
