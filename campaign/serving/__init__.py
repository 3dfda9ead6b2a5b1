"""The web server: granian's sockets and threads, and between them and the application a door of our own (ADR 0029).

`server` runs it; `door` is what granian calls for each request; `environ` says what of a request's head goes in;
`bodies` receives what is posted, at no thread's cost.
"""
