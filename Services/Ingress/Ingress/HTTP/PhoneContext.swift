import Hummingbird
import NIOCore

/// What a request brings along: its connection, which may have to be closed.
struct PhoneContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// How long a request's body may take to arrive.
    private static let arrivalMost = TimeAmount.seconds(10)
    /// How long a phone that sends too much may still read why.
    private static let partingMost = TimeAmount.seconds(1)

    /// Waits for a body. A connection whose body takes longer than 10 s is closed: it would keep others out.
    func arrival<Body>(_ body: () async throws -> Body) async throws -> Body {
        let channel = channel
        let end = channel.eventLoop.scheduleTask(in: Self.arrivalMost) { channel.close(promise: nil) }
        defer { end.cancel() }
        return try await body()
    }

    /// Closes the connection once the answer had time to leave: nobody reads the rest of the body.
    func closeSoon() {
        let channel = channel
        _ = channel.eventLoop.scheduleTask(in: Self.partingMost) { channel.close(promise: nil) }
    }
}
