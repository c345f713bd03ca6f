// Where phones come in: submitted transactions to the router, outcomes back.
import Ingress
import ServiceRuntime

try await ServiceProcess.run("baton-ingress", reading: IngressConfiguration.init) { process, configuration in
    try Ingress.services(of: process, configuration)
}
