"""Stands before a server on this machine and speaks TLS: `tls_front.py CERTIFICATE KEY PORT`; prints its own port."""

import socket
import ssl
import sys
import threading

certificate, key, port = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def pump(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(bare):
    try:
        near = context.wrap_socket(bare, server_side=True)
    except OSError:
        return
    far = socket.create_connection(("127.0.0.1", int(port)))
    threading.Thread(target=pump, args=(far, near), daemon=True).start()
    pump(near, far)


listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
