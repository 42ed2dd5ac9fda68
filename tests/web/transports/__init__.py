"""Every way to the API, as clients of the field speak it, over real sockets."""
