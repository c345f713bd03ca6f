import DeviceProtocol
import Metrics

/// A gateway's metrics at `/metrics`.
struct GatewayMetrics {
    private let notes: [GatewayNote: Counter] = Dictionary(
        uniqueKeysWithValues: GatewayNote.allCases.map { note in
            (note, Counter(label: "baton_gateway_events_total", dimensions: [("event", note.rawValue)]))
        })
    private let lost = Counter(label: "baton_gateway_messages_lost_total")
    private let batches = Recorder(label: "baton_gateway_batch_messages")
    private let connections = Gauge(label: "baton_gateway_connections")
    private let sessions = Gauge(label: "baton_gateway_sessions")

    func count(_ note: GatewayNote) { notes[note]?.increment() }

    /// Closings are rare, so the counter is looked up each time. An unknown code from a peer gets no series of its own.
    func count(_ reason: CloseReason) {
        let word = if case .other = reason { "other" } else { reason.word }
        Counter(label: "baton_gateway_connections_closed_total", dimensions: [("reason", word)]).increment()
    }

    /// A connection that became no session: by its HTTP status, `late`, or closed without an answer because its
    /// `address` has too many, for another connection (`displaced`), or because there was no room (`closed`).
    func countRefused(_ answer: String) {
        Counter(label: "baton_gateway_handshakes_refused_total", dimensions: [("answer", answer)]).increment()
    }

    /// A message to or from a router that was dropped because its mailbox was full.
    func countLost() { lost.increment() }

    func batch(_ size: Int) { batches.record(size) }

    func gauge(_ counts: (connections: Int, sessions: Int)) {
        connections.record(counts.connections)
        sessions.record(counts.sessions)
    }
}
