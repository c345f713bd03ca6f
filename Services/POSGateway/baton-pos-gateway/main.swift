// The relay's edge towards POS agents: commands out; what became of them in.
import POSGateway
import ServiceRuntime

try await ServiceProcess.run("baton-pos-gateway", reading: POSGateway.configuration) { process, configuration in
    [POSGateway.service(configuration, of: process)]
}
