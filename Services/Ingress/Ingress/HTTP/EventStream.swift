import Hummingbird
import RelayDomain

/// One phone's server-sent events: a transaction's body whenever its version grows, until the outcome.
///
/// The events that routers publish are hints. What is sent is read from the router each time, so that nothing is sent
/// that is not durable, and a hint that got lost delays an event but loses none that matters.
struct EventStream {
    let id: TransactionID
    let line: RouterLine
    /// The version that the phone has seen already, by its header Last-Event-ID.
    let seen: UInt64?
    let place: StreamPlace

    /// How long a stream may stay without a byte: then a comment shows whether the phone is still there.
    private static let silenceMost = Duration.seconds(15)

    var response: Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        defer { withExtendedLifetime(place) {} }
        var seen = seen
        var written = ContinuousClock.now
        for await _ in line.news(of: id) {
            switch await line.ask(.status(id), wait: .zero) {
            case .status(let status):
                if status.version != seen {
                    try await writer.write(ByteBuffer(bytes: Self.event(status)))
                    (seen, written) = (status.version, .now)
                }
                if status.outcome != nil { return }
            case .problem(let problem) where problem.code == .unknownTransaction: return
            case .problem, .terminal: break  // The router is away: the next look may find it.
            }
            if .now - written >= Self.silenceMost {
                try await writer.write(ByteBuffer(string: ":\n\n"))
                written = .now
            }
        }
    }

    private static func event(_ status: TransactionStatus) -> [UInt8] {
        Array("id: \(status.version)\ndata: ".utf8) + status.json + Array("\n\n".utf8)
    }
}
