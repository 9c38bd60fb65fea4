"""The sign-in service over HTTP: what comes in is handed to the layers below, and answered."""
