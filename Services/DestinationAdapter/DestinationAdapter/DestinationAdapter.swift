import DestinationKit
import ServiceLifecycle
import ServiceRuntime

/// Speaks to one destination for the routers. Keeps nothing: any number of processes may serve a destination.
public enum DestinationAdapter {
    /// The process from its first line to its orderly end: all that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-destination-adapter", reading: AdapterConfiguration.init) {
            process, configuration in
            try services(of: process, configuration)
        }
    }

    /// The services of the process, in the order of their start.
    /// - Throws: ``AdapterError``; then the process has not been announced.
    static func services(
        of process: ServiceProcess, _ configuration: AdapterConfiguration
    ) throws -> [any Service] {
        let readiness = process.health.part("routers", detail: "no router has answered yet")
        func worker(_ destination: any Destination) throws(AdapterError) -> DestinationWorker {
            try configuration.adapter.worker(destination, of: process, readiness: readiness)
        }
        let services: [any Service]
        switch configuration.kind {
        case .echo:
            services = [
                try worker(EchoDestination(id: configuration.destination, concurrent: configuration.concurrent))
            ]
        case .sandbox:
            let client = SandboxClient(on: process.eventLoopGroup, concurrent: configuration.concurrent)
            let destination = SandboxDestination(
                id: configuration.destination, url: configuration.destinationURL, concurrent: configuration.concurrent,
                client: client.http)
            services = [client, try worker(destination)]
        }
        try process.announce()
        return services
    }
}
