import DeviceEdge
import Foundation
import RelayDomain
import Sealing
import ServiceRuntime

/// The WebSocket edge for relay terminals. For scanned codes it does what the ingress does, so it has the keys that
/// seal and digest.
public enum TerminalGateway {
    /// The process from its first line to its orderly end: the only function that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-terminal-gateway", reading: Configuration.init) { process, configuration in
            [try service(configuration, of: process)]
        }
    }

    /// What a terminal gateway reads: what every gateway does, and keys. The table is in docs/operations.md.
    public struct Configuration: Sendable {
        /// What every gateway reads.
        public let gateway: GatewayConfiguration
        /// The folder of the key files.
        public let keys: String

        /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
        public init(_ settings: Settings) throws {
            gateway = try GatewayConfiguration(settings, for: .terminal)
            keys = try settings.read(
                "BATON_KEYS", as: .path, default: settings.home.keys,
                meaning: "The folder of the files seal and digest.")
        }
    }

    /// - Throws: `KeyFileError` if a key cannot be read.
    static func service(_ configuration: Configuration, of process: ServiceProcess) throws -> DeviceGateway {
        let keys = URL(fileURLWithPath: configuration.keys, isDirectory: true)
        let sealer = ScannedCodeSealer(
            seal: try SealingKey(file: keys.appendingPathComponent("seal")),
            digest: try DigestKey(file: keys.appendingPathComponent("digest")))
        return DeviceGateway(for: .terminal, configuration.gateway, of: process, sealer: sealer)
    }
}
