import NIOConcurrencyHelpers
import NIOCore
import ServiceRuntime

/// The present addresses of the processes behind each line: set by the crew, read by proxies.
final class Backends: Sendable {
    private let addresses = NIOLockedValueBox<[Line: [SocketAddress]]>([:])

    func set(_ line: Line, _ found: [HostPort]) {
        let resolved = found.compactMap { try? SocketAddress(ipAddress: $0.host, port: $0.port) }
        addresses.withLockedValue { $0[line] = resolved }
    }

    /// A random one of the listening processes.
    func any(_ line: Line) -> SocketAddress? { addresses.withLockedValue { $0[line]?.randomElement() } }

    /// Updates the addresses until cancelled.
    func follow(_ crew: Crew) async throws {
        while !Task.isCancelled {
            for line in Line.allCases { set(line, await crew.addresses(line.role, speaking: line.speaks)) }
            try await Task.sleep(for: .milliseconds(30))
        }
    }
}
