// Asks one destination what the routers ask, and brings back its answers.
import DestinationAdapter
import ServiceRuntime

try await ServiceProcess.run(
    "baton-destination-adapter", reading: AdapterConfiguration.init
) { process, configuration in
    try DestinationAdapter.services(of: process, configuration)
}
