// The middle of the relay's path: submitted transactions in; commands, authorizations and outcomes out.
import Router
import ServiceRuntime

try await ServiceProcess.run("baton-router", reading: RouterConfiguration.init) { process, configuration in
    [RouterShell(configuration, process)]
}
