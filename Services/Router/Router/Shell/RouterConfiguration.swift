import BusSettings
import RelayTransport
import ServiceRuntime

/// What a router reads, beside what every process reads; the table is in docs/operations.md.
public struct RouterConfiguration: Sendable {
    public let journals: Int
    public internal(set) var bus: BusConfiguration

    public init(_ settings: Settings) throws {
        journals = try settings.read(
            "BATON_JOURNALS", as: .integer(1...100), default: 1,
            meaning: "How many journals the relay has; fixed when the first is made.")
        bus = try .binding(settings)
    }
}
