"""The doors: HTTP, WebSocket, sign-in, files, the command line; the composition root."""
