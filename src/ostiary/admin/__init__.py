"""The admin center: pages on which an administrator creates, understands and rolls out policies.

It is a confidential OpenID Connect client of the sign-in service like any other, and whatever it
reads or changes it asks Microsoft Graph for, with the token of the person at the page: it has no
right of its own, and no second way to change anything.
"""
