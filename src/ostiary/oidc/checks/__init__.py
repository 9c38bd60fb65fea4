"""One file for each check of a request; `ostiary.oidc.authorize` lists them.

A check is a function that gives the error it finds, or None.
"""
