"""What starts and sets up: the venv, Orthanc on loopback, the viewer's files, the server's process."""
