import RelayDomain
import RelayMessages
import RelayTesting
import Synchronization

/// A router as far as gateways see one: grants every claim, and lets the test answer the calls.
typealias FakeRouter = RelayTesting.FakeRouter<GatewayMessage, GatewayOrder>

extension FakeRouter {
    struct Call: Sendable {
        let session: DeviceSession
        let content: DeviceCall
        let gatewayAt: Instant
        fileprivate let received: Received
    }

    /// - Parameter term: which of the journal's writers it is.
    init(_ bus: TemporaryBus, term: UInt64 = 1) {
        let grants = Grants(term: term)
        self.init(.devices, bus: bus, after: term - 1, greeting: [.tables(Sample.tables)]) { message in
            guard case .claim(let device, .unproven, let count, readiness: _) = message else { return .silence }
            return .reply(.claimed(grants.grant(device, count), Sample.counter))
        }
    }

    /// Suspends until a gateway has passed on so many calls; the last of them.
    func call(_ number: Int = 1) async -> Call {
        let calls = await received(atLeast: number) { received -> Call? in
            guard case .call(let session, let content, let at) = received.message else { return nil }
            return Call(session: session, content: content, gatewayAt: at, received: received)
        }
        return calls[number - 1]
    }

    func answer(_ call: Call, _ answer: DeviceReply) { reply(.reply(answer), to: call.received) }

    /// Tells the gateway that came last.
    func order(_ order: GatewayOrder, times: Int = 1) {
        guard let gateway = peers.last else { return }
        for _ in 0..<times { send(order, to: gateway) }
    }

    /// Suspends until a gateway has said this.
    func hears(_ message: GatewayMessage) async {
        await received(atLeast: 1) { $0.message == message ? true : nil }
    }

    private final class Grants: Sendable {
        private let term: UInt64
        private let count = Mutex<UInt64>(0)

        init(term: UInt64) { self.term = term }

        func grant(_ device: Device, _ known: ConnectionCount?) -> DeviceSession {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return DeviceSession(device: device, count: known ?? ConnectionCount(term: term, number: number))
        }
    }
}
