import NIOCore
import NIOHTTP1
import RelayDomain
import StatusJSON

/// One phone's server-sent events: a transaction's body whenever its version grows, until the outcome.
///
/// The events that routers publish are hints. What is sent is read from the router each time, so that everything that
/// is sent is durable, and a lost hint delays an event but cannot suppress the outcome. Used only on the event loop.
final class EventStream {
    /// The last one tells nginx, and proxies that also use this header, to pass each event on at once.
    static let headers: HTTPHeaders = [
        "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
    ]
    private let id: TransactionID
    /// The router's answer when the phone requested the stream.
    private let first: TransactionStatus
    private let routers: RouterClient
    private let permit: AdmissionPermit
    /// The version that the phone has seen.
    private var seen: UInt64?
    private var written = NIODeadline.now()
    private var watch: WatchID?
    private var isAsking = false
    /// Something may have changed since the router was asked.
    private var isBehind = false
    private var silenceMax = PhoneLimits().streamSilenceMax
    private var write: (([UInt8]) -> Void)?
    private var finish: (() -> Void)?

    /// - Parameters:
    ///   - first: what is sent first, without asking again.
    ///   - seen: the version that the phone has already seen, from its header Last-Event-ID.
    ///   - permit: kept until the end.
    init(of first: TransactionStatus, _ routers: RouterClient, seen: UInt64?, permit: AdmissionPermit) {
        id = first.id
        (self.first, self.routers, self.seen, self.permit) = (first, routers, seen, permit)
    }

    /// Sends what is known, and reads once more: a change in between gave no hint.
    /// - Parameters:
    ///   - silenceMax: after so long without a byte a comment is sent.
    ///   - write: sends the phone some bytes.
    ///   - finish: called once there is nothing more to send.
    func begin(
        silenceMax: TimeAmount, write: @escaping ([UInt8]) -> Void, finish: @escaping () -> Void
    ) {
        (self.silenceMax, self.write, self.finish) = (silenceMax, write, finish)
        watch = routers.watch(id) { [weak self] in self?.look() }
        routerAnswered(.status(first))
        look()
    }

    /// The phone has gone, or the process ends.
    func end() {
        if let watch { routers.unwatch(watch, id) }
        (watch, write, finish) = (nil, nil, nil)
    }

    private func look() {
        guard watch != nil else { return }
        guard !isAsking else { return isBehind = true }
        (isAsking, isBehind) = (true, false)
        routers.request(.status(id), wait: .zero) { self.routerAnswered($0) }
    }

    private func routerAnswered(_ answer: PhoneAnswer) {
        isAsking = false
        guard let write, let finish else { return }
        switch answer {
        case .status(let status):
            if status.version != seen {
                seen = status.version
                send(Array("id: \(status.version)\ndata: ".utf8) + status.json + Array("\n\n".utf8), write)
            }
            if status.outcome != nil { return finish() }
        case .problem(let problem) where problem.code == .unknownTransaction: return finish()
        case .problem, .terminal: break  // No router is reachable: the next read may succeed.
        }
        if .now() - written >= silenceMax { send(Array(":\n\n".utf8), write) }
        if isBehind { look() }
    }

    private func send(_ bytes: [UInt8], _ write: ([UInt8]) -> Void) {
        written = .now()
        write(bytes)
    }
}
