import RelayDomain
import RelayMessages
import RelayTransport

/// A process that says hello in a role of its choice, and then whatever it likes, at one of a router's real sockets.
actor Impostor {
    /// Any message at all.
    struct Anything: EnvelopeBody {
        let wire: WireBody
        init(wire: WireBody) { self.wire = wire }
        init(_ message: some EnvelopeBody) { wire = message.wire }
    }

    private nonisolated let reactor = Reactor(name: "impostor")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private var client: LinkClient<Anything, Anything>?
    private var waiting: CheckedContinuation<Void, Never>?

    /// Returns once it is welcome.
    /// - Parameter folder: where the router's sockets are.
    func open(_ endpoint: BusEndpoint, at folder: String, as role: PeerRole) async throws {
        let client = try LinkClient<Anything, Anything>(
            endpoint, BusConfiguration([.ipc(directory: folder)]), hello: Hello(role: role, name: "impostor"),
            on: reactor)
        self.client = client
        await withCheckedContinuation { continuation in
            waiting = continuation
            client.opened = { _, _ in self.assumeIsolated { $0.opened() } }
        }
    }

    private func opened() {
        waiting?.resume()
        waiting = nil
    }

    /// Says what has no answer.
    func say(_ message: some EnvelopeBody) -> SendResult {
        client?.send(Anything(message), toJournal: 0) ?? .unreachable
    }

    /// Says the same again and again, until its socket takes no more.
    /// - Returns: how often it was said.
    func flood(_ message: some EnvelopeBody, times: Int) -> Int {
        let message = Anything(message)
        for count in 0..<times where client?.send(message, toJournal: 0) != .sent { return count }
        return times
    }

    /// Says what is answered, and does not wait for the answer.
    func request(_ message: some EnvelopeBody) -> SendResult {
        client?.request(Anything(message), toJournal: 0, within: .seconds(30)) { _ in } ?? .unreachable
    }

    /// Says what is answered, one way or the other.
    func ask<Reply: EnvelopeBody>(_ message: some EnvelopeBody, for reply: Reply.Type) async throws -> Reply {
        let end = await withCheckedContinuation { continuation in
            let result = client?.request(Anything(message), toJournal: 0, within: .seconds(30)) {
                continuation.resume(returning: $0)
            }
            if result != .sent {
                continuation.resume(returning: .failure(RequestFailure.notSent(result ?? .unreachable)))
            }
        }
        return try Reply(wire: try end.get().wire)
    }

    func close() async {
        client?.close()
        await reactor.stop()
    }
}
