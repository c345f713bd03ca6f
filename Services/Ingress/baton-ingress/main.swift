// Where phones come in: submitted transactions to the router, outcomes back.
import Ingress

try await Ingress.run()
