"""Microsoft Graph from the other side: a client for Microsoft Entra, or for an Ostiary server."""
