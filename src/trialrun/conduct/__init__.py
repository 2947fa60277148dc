"""The trial as it happens: consent, enrolment, visits, doses, events, and the trail of all of it.

The only room that knows SQLAlchemy. Every change is an act (`acts`): state, domain event and audit
events in one transaction. Refuses any other way to write.
"""
