import BusSettings
import Foundation
import RelayTransport
import Sealing
import ServiceRuntime

/// What every adapter reads, beside what every process reads; the table is in docs/destinations.md.
public struct AdapterSettings: Sendable {
    /// Where the routers are, `BATON_ROUTER`.
    public let bus: BusConfiguration
    /// The folder of the key files.
    public let keys: String

    /// - Throws: `SettingsError`, `RuntimeError`, `TransportError`.
    public init(_ settings: Settings) throws {
        keys = try settings.read(
            "BATON_KEYS", as: .path, default: settings.home.keys, meaning: "The folder of the key file seal.")
        bus = try .connecting(settings)
    }

    /// Makes the worker of a destination.
    /// - Throws: ``AdapterError/keys(reason:)``.
    public func worker(
        _ destination: any Destination, of process: ServiceProcess, readiness: Health.Part? = nil
    ) throws(AdapterError) -> DestinationWorker {
        DestinationWorker(
            destination, sealingKey: try sealingKey(), bus: bus, name: process.instance,
            readiness: readiness ?? process.health.part("routers", detail: "no router has answered yet"),
            executor: EventLoopTaskExecutor(process.eventLoopGroup.any()))
    }

    private func sealingKey() throws(AdapterError) -> SealingKey {
        do {
            return try SealingKey(file: URL(fileURLWithPath: keys, isDirectory: true).appending(path: "seal"))
        } catch {
            throw .keys(reason: "\(error)")
        }
    }
}
