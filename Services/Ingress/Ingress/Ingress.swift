import Foundation
import Logging
import Sealing
import ServiceLifecycle
import ServiceRuntime

/// The HTTP edge for phones: checks what they send, seals the code, passes it to the router, answers with the outcome.
/// Stateless: any number may run at the same time.
public enum Ingress {
    /// The process from its first routers to its orderly end: the only function that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-ingress", reading: IngressConfiguration.init) { process, configuration in
            try services(of: process, configuration)
        }
    }

    /// The services of the process, in the order of their start.
    /// - Throws: ``IngressError``.
    static func services(
        of process: ServiceProcess, _ configuration: IngressConfiguration
    ) throws -> [any Service] {
        let routers = RouterClient(
            configuration.bus, name: process.instance,
            // Event streams ask too, each one query at a time.
            queriesMax: configuration.requestsMax + configuration.streamsMax,
            readiness: process.health.part("routers", detail: "no router has answered yet"),
            loop: process.eventLoopGroup.any())
        let listening = process.health.part("http")
        let api = PhoneAPI(
            routers: routers, sealer: try sealer(keys: configuration.keys),
            requests: Admission(most: configuration.requestsMax), streams: Admission(most: configuration.streamsMax),
            streamsOfAddress: AddressAdmission(most: configuration.streamsPerAddressMax),
            publicURL: configuration.publicURL)
        let limits = PhoneLimits(
            connectionsMax: configuration.connectionsMax,
            connectionsPerAddressMax: configuration.connectionsPerAddressMax)
        let server = PhoneServer(
            address: configuration.listen, limits: limits, drainTimeout: process.drainTimeout, api: api,
            logger: Logger(label: "http")
        ) { address in
            listening.ready()
            try process.announce(["http": address.description])
        }
        return [routers, server]
    }

    static func sealer(keys: String) throws(IngressError) -> Sealer {
        do {
            let folder = URL(fileURLWithPath: keys, isDirectory: true)
            return Sealer(
                sealingKey: try SealingKey(file: folder.appending(path: "seal")),
                digestKey: try DigestKey(file: folder.appending(path: "digest")))
        } catch {
            throw .keys(reason: "\(error)")
        }
    }
}
