"""What schemathesis has to be told beside its settings: how bytes of a component are sent."""

import schemathesis


@schemathesis.serializer("application/wasm")
def component(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()
