"""OAuth 2.0 and OpenID Connect as Microsoft Entra speaks them: pure checks, errors and documents.

Nothing here keeps state, reads a clock or knows HTTP; the web layer hands in what came and sends
out what is answered.
"""
